/**
 * Several processes, on one machine or many, that train one network: each learns from its share of every batch,
 * and all of them take the same step.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { type Address, describeRank, formatAddress } from "./address.ts";
import { codeVersion } from "./code_version.ts";
import { type Collective, CollectiveError, TensorFlowCollective } from "./collective.ts";
import { LostPeerError } from "./lost_peer.ts";
import { keepNcclTo } from "./nccl_interface.ts";
import { reservePort } from "./reserve_port.ts";
import { serverDef } from "./server_def.ts";
import { assertSameSettings, type SharedSettings, type TellDifference } from "./settings.ts";
import { Watchdog } from "./watchdog.ts";
import type { TensorFlowBinding } from "../engine/tensorflow/binding.ts";
import { findTensorFlow, lackOfTensorFlow } from "../engine/tensorflow/libraries.ts";
import { listenOn } from "../engine/tensorflow/listen_on.ts";
import { registerTensorFlow } from "../engine/tensorflow/register.ts";

/** How long processes wait for each other unless told: one that never comes stops the others within 30 seconds. */
export const defaultStartSeconds = 25;

/** Which cluster, and which of its processes this one is. */
export interface ClusterOptions {
  /** Every process's address, by rank; the same list on all of them. */
  readonly addresses: readonly Address[];
  /** This process's place in the list, from 0. */
  readonly rank: number;
  /** How long to wait for the other processes to start. @default {defaultStartSeconds} */
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
   * For work that needs nobody else for a while.
   *
   * @throws {LostPeerError} when another process is gone.
   */
  throwIfLost(): void;
  /**
   * Makes sure that all processes have the same settings.
   *
   * @param tell Words the error. @default the setting, the ranks and both values
   * @throws {SettingsMismatchError} telling what two of them do not have alike.
   */
  agree(settings: SharedSettings, tell?: TellDifference): Promise<void>;
}

/** After a collective op failed, the watchdog may take so long to find out which process is gone. */
const verdictMilliseconds = 12_000;

/** After a loss, the work may take so long to end by itself; less than the watchdog's patience with the process. */
const savingMilliseconds = 8_000;

/**
 * Does `work` as one process of a cluster. To be called before anything is computed: TensorFlow starts here.
 *
 * Processes that are not there yet are waited for. When one is lost on the way (killed, hanging, cut off), all
 * others end within 30 seconds: `work` by a {@linkcode CollectiveError} of the collective op it is in (it may save
 * what it has), the returned promise with the error that names the process; the whole process with exit status 1
 * where that does not happen.
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
  const { addresses, rank, startSeconds = defaultStartSeconds, log } = options;
  assertRank(addresses, rank);
  const binding = openTensorFlow();
  const reserved = await reservePort(addresses, rank, startSeconds);
  const { hostname, port } = reserved.addr;
  const watchdog = new Watchdog({
    addresses,
    hostname,
    hello: {
      kind: "hello",
      rank,
      tensorflowPort: port,
      settings: await settingsOfProcess(addresses, binding),
    },
    startSeconds,
    log,
  });
  try {
    const ports = (await watchdog.meet()).map(({ tensorflowPort }) => tensorflowPort);
    const servers = addresses.map(({ host }, index) => ({ host, port: ports[index] }));
    if (binding.isUsingGpuDevice()) keepNcclTo(hostname);
    const start = () => binding.enableCollectiveOps(serverDef(servers, rank));
    listenOn(hostname, () => reserved.close(), start);
    watchdog.guard(binding.collectives);
    log(
      `This is ${describeRank(addresses, rank)} of ${addresses.length}. TensorFlow listens on ` +
        `${formatAddress({ host: hostname, port })} only. Neither port has authentication: ` +
        "keep them in a network that you trust.",
    );
    await watchdog.exchange(null); // a server that is not there yet would be taken for dead
    await tf.setBackend("tensorflow");
    const cluster = makeCluster(options, watchdog, binding.isUsingGpuDevice());
    const result = await settled(work(cluster), watchdog);
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

function assertRank(addresses: readonly Address[], rank: number): void {
  if (Number.isInteger(rank) && rank >= 0 && rank < addresses.length) return;
  throw new RangeError(
    `Cannot join the cluster as --rank must be from 0 to ${addresses.length - 1}: ` +
      `current value is ${rank}`,
  );
}

function openTensorFlow(): TensorFlowBinding {
  const directory = findTensorFlow();
  if (!directory) {
    throw new Error(
      `Cannot join a cluster as TensorFlow's libraries must be there: ${lackOfTensorFlow()}`,
    );
  }
  return registerTensorFlow(directory);
}

/** What every process must have in common before anything is read or computed. */
async function settingsOfProcess(
  addresses: readonly Address[],
  binding: TensorFlowBinding,
): Promise<SharedSettings> {
  return {
    "--cluster": addresses.map(formatAddress).join(","),
    "version of Gliomap": await codeVersion(),
    "version of TensorFlow": binding.TF_Version,
    "kind of device": binding.isUsingGpuDevice() ? "GPU" : "CPU",
  };
}

function makeCluster(
  { addresses, rank }: ClusterOptions,
  watchdog: Watchdog,
  onGpu: boolean,
): Cluster {
  const size = addresses.length;
  let loss: unknown;
  watchdog.lost.catch((error) => loss = error);
  return {
    rank,
    size,
    collective: new TensorFlowCollective(rank, size, onGpu),
    exchange: (value) => watchdog.exchange(value),
    throwIfLost() {
      if (loss !== undefined) throw loss;
    },
    async agree(settings, tell) {
      const all = await watchdog.exchange(settings);
      for (const [other, theirs] of all.entries()) {
        assertSameSettings(addresses, { rank, settings }, { rank: other, settings: theirs }, tell);
      }
    },
  };
}

/**
 * The work's result. After a loss the work has a while to save what it has before its waiting is given up.
 *
 * @throws {unknown} the work's error, or the loss.
 */
async function settled<T>(work: Promise<T>, watchdog: Watchdog): Promise<T> {
  const afterLoss = watchdog.lost.catch(async (loss) => {
    const enough = new Promise((resolve) => setTimeout(resolve, savingMilliseconds));
    await Promise.race([work.catch(() => {}), enough]);
    throw loss;
  });
  afterLoss.catch(() => {}); // the work may be done by then
  return await Promise.race([work, afterLoss]);
}

/** The error behind an error: a collective op that failed only says that somebody is gone. */
async function explain(error: unknown, watchdog: Watchdog): Promise<unknown> {
  if (!(error instanceof CollectiveError)) return error;
  const enough = new Promise((resolve) => setTimeout(() => resolve(error), verdictMilliseconds));
  return await Promise.race([watchdog.lost.catch((verdict) => verdict), enough]);
}
