/**
 * Which addresses a server without tokens may listen on.
 *
 * @module
 */

/**
 * Whether only this machine reaches an address.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.ok(isLoopback("127.0.0.1"));
 * assert.ok(!isLoopback("0.0.0.0"));
 * ```
 */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Refuses an address that others reach, where everyone who does could ask for anything.
 *
 * @throws {Error} unless the address is loopback, there are tokens, or it was asked for.
 */
export function assertMayListen(
  host: string,
  { hasTokens, open }: { readonly hasTokens: boolean; readonly open: boolean },
): void {
  if (isLoopback(host) || hasTokens || open) return;
  throw new Error(
    `Cannot listen on ${host} as others reach it and no tokens are set: give --tokens <file>, ` +
      "or --open to serve everyone",
  );
}
