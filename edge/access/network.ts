/**
 * Addresses as limits count them.
 *
 * @module
 */

import { isIPv6 } from "node:net";

/**
 * The address without the form that a socket for both kinds gives to those of IPv4.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(plainAddress("::ffff:192.0.2.7"), "192.0.2.7");
 * assert.equal(plainAddress("2001:db8::7"), "2001:db8::7");
 * ```
 */
export function plainAddress(address: string): string {
  return /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1] ?? address;
}

/**
 * Whose an address is: that of IPv4 itself, of IPv6 the network of 64 bits, in which one customer has all addresses.
 * Anything that is no address is left as it is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(networkOf("2001:db8::7:8:9:a"), "2001:db8:0:0::/64");
 * assert.equal(networkOf("192.0.2.7"), "192.0.2.7");
 * ```
 */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const { hostname } = new URL(`http://[${plain.split("%")[0]}]`);
  const [head, tail = []] = hostname.slice(1, -1).split("::")
    .map((part) => part.split(":").filter((group) => group !== ""));
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(":")}::/64`;
}
