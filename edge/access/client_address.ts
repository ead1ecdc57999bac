/**
 * Whose request it is, where proxies may stand between.
 *
 * @module
 */

import { plainAddress } from "./network.ts";

/**
 * The client's address: that of the connection, or, where that is a trusted proxy's, the last address in
 * `X-Forwarded-For` that is no trusted proxy's. What stands before it there anyone may have written.
 *
 * @param connection The address that the connection comes from.
 * @param forwardedFor The header, where there is one.
 * @param trusted The addresses of proxies.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const trusted = ["10.0.0.1"];
 * assert.equal(clientAddress("10.0.0.1", "6.6.6.6, 192.0.2.7", trusted), "192.0.2.7");
 * assert.equal(clientAddress("192.0.2.7", "6.6.6.6", trusted), "192.0.2.7");
 * ```
 */
export function clientAddress(
  connection: string,
  forwardedFor: string | undefined,
  trusted: readonly string[],
): string {
  const proxies = trusted.map(plainAddress), address = plainAddress(connection);
  if (!proxies.includes(address)) return address;
  const hops = forwardedFor?.split(",").map((hop) => plainAddress(hop.trim())) ?? [];
  return hops.findLast((hop) => hop !== "" && !proxies.includes(hop)) ?? address;
}
