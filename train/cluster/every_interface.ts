/**
 * Hosts that stand for every interface of a machine, where one has to be named.
 *
 * @module
 */
import { BlockList, isIP } from "node:net";

/** The unspecified addresses. A list finds an IPv4 address within an IPv6 one, too. */
const unspecified = new BlockList();
unspecified.addAddress("0.0.0.0");
unspecified.addAddress("::", "ipv6");

/**
 * Whether who listens on a host listens on every interface, however the address is spelled: resolvers take `0` and `0x0`
 * for `0.0.0.0`, as URLs do. Names are no addresses: what they stand for has to be looked up before.
 *
 * @param host A host name, or a numeric address (an IPv6 one without its brackets).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.ok(meansEveryInterface("0x0"));
 * assert.ok(meansEveryInterface("::ffff:0.0.0.0"));
 * assert.ok(!meansEveryInterface("node0"));
 * ```
 */
export function meansEveryInterface(host: string): boolean {
  if (host === "*") return true;
  // An IPv6 address may have a zone, which URLs do not take.
  const [address] = host.split("%");
  const url = URL.parse(`http://${isIP(address) === 6 ? `[${address}]` : address}`);
  const canonical = url?.hostname.replace(/^\[|\]$/g, "") ?? "", version = isIP(canonical);
  return version !== 0 && unspecified.check(canonical, version === 6 ? "ipv6" : "ipv4");
}
