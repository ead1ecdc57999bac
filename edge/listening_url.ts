/**
 * Where a server listens, as a browser is told.
 *
 * @module
 */

/**
 * The URL of an address.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(urlOf({ hostname: "127.0.0.1", port: 8000 }), "http://127.0.0.1:8000/");
 * assert.equal(urlOf({ hostname: "::1", port: 8000 }), "http://[::1]:8000/");
 * ```
 */
export function urlOf({ hostname, port }: Pick<Deno.NetAddr, "hostname" | "port">): string {
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}/`;
}
