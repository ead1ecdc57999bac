/**
 * Several processes, on one machine or many, that train one network: each learns from its share of every batch,
 * and all of them take the same step.
 *
 * @module
 */
import type { Address } from "./address.ts";
import { describeRank, formatAddress } from "./address.ts";
import { codeVersion } from "./code_version.ts";
import { type Collective, CollectiveError, TensorFlowCollective } from "./collective.ts";
import { LostPeerError } from "./lost_peer.ts";
import { serverDef } from "./server_def.ts";
import { assertSameSettings, type SharedSettings } from "./settings.ts";
import { Watchdog } from "./watchdog.ts";
import { findTensorFlow } from "../tensorflow/libraries.ts";
import { listenOn } from "../tensorflow/listen_on.ts";
import { registerTensorFlow } from "../tensorflow/register.ts";
import * as tf from "@tensorflow/tfjs";

/** Which cluster, and which of its processes this one is. */
export interface ClusterOptions {
  /** Every process's address, by rank; the same list on all of them. */
  readonly addresses: readonly Address[];
  /** This process's place in the list, from 0. */
  readonly rank: number;
  /** How long to wait for the other processes to start. @default {25} */
  readonly startSeconds?: number;
  /** Takes the lines that tell how it goes. */
  readonly log: (line: string) => void;
}

/** A process's part in a cluster. */
export interface Cluster {
  readonly rank: number;
  readonly size: number;
  /** Sums within a step. */
  readonly collective: Collective;
  /** Every process's value, by rank, once all have come to this point. Values are those of JSON. */
  exchange<T>(value: T): Promise<T[]>;
  /**
   * Makes sure that all processes have the same settings.
   *
   * @throws {SettingsMismatchError} naming the setting, the ranks and both values.
   */
  agree(settings: SharedSettings): Promise<void>;
}

/** After a collective op failed, the watchdog may take so long to find out which process is gone. */
const verdictMilliseconds = 12_000;

/**
 * Does `work` as one process of a cluster. To be called before anything is computed: TensorFlow starts here.
 *
 * Processes that are not there yet are waited for. When one is lost on the way (killed, hanging, cut off), all
 * others end within 30 seconds: `work` by an exception of the collective op it is in, the returned promise with
 * the error that names the process; the whole process with exit status 1 where that does not happen.
 *
 * The ports have no authentication and no encryption: whoever reaches them can read and change what is learned.
 *
 * @throws {LostPeerError} when another process is gone, never came, or stopped with an error.
 * @throws {SettingsMismatchError} when another process runs other code or was given other addresses.
 * @throws {Error} when this process's port is taken, or TensorFlow is not installed.
 */
export async function inCluster<T>(
  options: ClusterOptions,
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const { addresses, rank, startSeconds = 25, log } = options;
  if (rank >= addresses.length) {
    throw new RangeError(
      `Cannot join the cluster as --rank must be from 0 to ${
        addresses.length - 1
      }: current value is ${rank}`,
    );
  }
  const directory = findTensorFlow();
  if (!directory) {
    throw new Error(
      "Cannot join a cluster as TensorFlow's libraries must be installed: run `deno task setup`",
    );
  }
  const binding = registerTensorFlow(directory);
  const reserved = reservePort(addresses, rank);
  const { hostname, port } = reserved.addr;
  const watchdog = new Watchdog({
    addresses,
    hostname,
    hello: {
      kind: "hello",
      rank,
      tensorflowPort: port,
      settings: {
        "--cluster": addresses.map(formatAddress).join(","),
        "version of Gliomap": await codeVersion(),
        "version of TensorFlow": binding.TF_Version,
        "kind of device": binding.isUsingGpuDevice() ? "GPU" : "CPU",
      },
    },
    startSeconds,
    log,
  });
  try {
    const hellos = await watchdog.meet();
    const servers = hellos.map(({ tensorflowPort }, rank) => ({
      host: addresses[rank].host,
      port: tensorflowPort,
    }));
    listenOn(
      hostname,
      () => reserved.close(),
      () => binding.enableCollectiveOps(serverDef(servers, rank)),
    );
    watchdog.guard(binding.collectives);
    log(
      `This is ${describeRank(addresses, rank)} of ${addresses.length}. TensorFlow listens on ` +
        `${formatAddress({ host: hostname, port })} only. Neither port has authentication: ` +
        "keep them in a network that you trust.",
    );
    await watchdog.exchange(null); // a server that is not there yet would be taken for dead
    await tf.setBackend("tensorflow");
    const cluster = makeCluster(options, watchdog, binding.isUsingGpuDevice());
    const result = await Promise.race([work(cluster), watchdog.lost]);
    await watchdog.exchange(null); // a cluster's work is done when all have done theirs
    await watchdog.leave();
    return result;
  } catch (error) {
    const cause = await explain(error, watchdog);
    const loss = cause instanceof LostPeerError ? cause.loss : undefined;
    await watchdog.leave(cause instanceof Error ? cause.message : String(cause), loss);
    throw cause;
  }
}

/** Holds a free port for TensorFlow, until that listens, on the interface that this process's address names. */
function reservePort(addresses: readonly Address[], rank: number): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: addresses[rank].host, port: 0 });
  } catch (error) {
    throw new Error(
      `Cannot join the cluster as the host of ${
        describeRank(addresses, rank)
      } must be this machine: ` +
        (error as Error).message,
      { cause: error },
    );
  }
}

function makeCluster(
  { addresses, rank }: ClusterOptions,
  watchdog: Watchdog,
  onGpu: boolean,
): Cluster {
  const size = addresses.length;
  return {
    rank,
    size,
    collective: new TensorFlowCollective(rank, size, onGpu),
    exchange: (value) => watchdog.exchange(value),
    async agree(settings) {
      const all = await watchdog.exchange(settings);
      for (const [other, theirs] of all.entries()) {
        assertSameSettings(addresses, { rank, settings }, { rank: other, settings: theirs });
      }
    },
  };
}

/** The error behind an error: a collective op that failed only says that somebody is gone. */
async function explain(error: unknown, watchdog: Watchdog): Promise<unknown> {
  if (!(error instanceof CollectiveError)) return error;
  const enough = new Promise((resolve) => setTimeout(() => resolve(error), verdictMilliseconds));
  return await Promise.race([watchdog.lost.catch((verdict) => verdict), enough]);
}
