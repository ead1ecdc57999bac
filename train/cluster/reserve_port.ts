/**
 * A free port on the interface that a process's address names.
 *
 * @module
 */
import { lookup } from "node:dns/promises";
import { type Address, describeRank } from "./address.ts";
import { meansEveryInterface } from "./every_interface.ts";

/** Between two attempts to find out what a host's name means. */
const retryMilliseconds = 500;

/** The numeric address of a host whose name may take a while to be known, as that of a pod that has just started. */
async function resolve(host: string, seconds: number): Promise<string> {
  const deadline = performance.now() + seconds * 1000;
  while (true) {
    try {
      return (await lookup(host)).address;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryMilliseconds));
    }
  }
}

/**
 * Holds a free port, until the listener is closed.
 *
 * @param seconds How long the host's name may take to be known.
 * @throws {Error} when the host is not this machine, stands for every interface of it, or nobody knows it.
 */
export async function reservePort(
  addresses: readonly Address[],
  rank: number,
  seconds: number,
): Promise<Deno.TcpListener> {
  try {
    const hostname = await resolve(addresses[rank].host, seconds);
    // A name can stand for that as well.
    if (meansEveryInterface(hostname)) throw new Error(`${hostname} means all of its interfaces`);
    return Deno.listen({ hostname, port: 0 });
  } catch (error) {
    throw new Error(
      "Cannot join the cluster as its host must be this machine: current value is " +
        `${describeRank(addresses, rank)}; ${(error as Error).message}`,
      { cause: error },
    );
  }
}
