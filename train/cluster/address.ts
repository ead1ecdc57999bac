/**
 * Where the processes of a cluster are.
 *
 * @module
 */
import { meansEveryInterface } from "./every_interface.ts";

/** Where one process listens. */
export interface Address {
  /** A host name, or a numeric address (an IPv6 one without its brackets). */
  readonly host: string;
  readonly port: number;
}

/**
 * The addresses of a cluster's processes in the order of their ranks, from `HOST:PORT,HOST:PORT`.
 *
 * @throws {TypeError} when an address has no host or no port, or its host means every interface.
 * @throws {RangeError} when a port is not 1 to 65535, or two processes have the same address.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(parseCluster("node0:4000,[fd00::7]:4001"), [
 *   { host: "node0", port: 4000 },
 *   { host: "fd00::7", port: 4001 },
 * ]);
 * assert.throws(() => parseCluster("node0"), TypeError);
 * ```
 */
export function parseCluster(text: string): Address[] {
  const addresses = text.split(",").map((part) => parseAddress(part.trim()));
  const names = addresses.map(formatAddress);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice) {
    throw new RangeError(
      `Cannot make a cluster as every process must have an address of its own: ${twice} is named twice`,
    );
  }
  return addresses;
}

function parseAddress(text: string): Address {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(text);
  if (!match) {
    throw new TypeError(
      `Cannot make a cluster as every address must be HOST:PORT: current value is ${text}`,
    );
  }
  const host = match[1] ?? match[2], port = Number(match[3]);
  if (meansEveryInterface(host)) {
    throw new TypeError(
      `Cannot make a cluster as a host must be one machine that the others reach: current value is ${host}`,
    );
  }
  if (port < 1 || port > 65535) {
    throw new RangeError(
      `Cannot make a cluster as a port must be from 1 to 65535: current value is ${port}`,
    );
  }
  return { host, port };
}

/** An address as people and gRPC write it: IPv6 in brackets. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A process as errors name it: `rank 1 (node1:4000)`. */
export function describeRank(addresses: readonly Address[], rank: number): string {
  return `rank ${rank} (${formatAddress(addresses[rank])})`;
}
