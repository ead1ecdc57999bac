/**
 * The options of the command line that make a process one of several.
 *
 * @module
 */
import type { Command } from "commander";
import { numberParser } from "../terminal/command_line.ts";
import { type Address, parseCluster } from "./address.ts";
import { type ClusterOptions, defaultStartSeconds } from "./cluster.ts";

/** The options as commander reads them. */
export interface ClusterCommandOptions {
  readonly cluster?: Address[];
  readonly rank?: number;
  readonly startSeconds?: number;
  readonly ownStatistics?: boolean;
}

/** The cluster asked for. */
export interface ClusterChoice extends Omit<ClusterOptions, "log"> {
  /** Whether each process was told to normalise batches by its own slices, instead of by the whole batch. */
  readonly ownStatistics: boolean;
}

/** Adds the options to a command that trains. */
export function addClusterOptions(command: Command): Command {
  return command
    .option(
      "--cluster <addresses>",
      "train in several processes, HOST:PORT,HOST:PORT, with one GPU or machine each; the ports have no " +
        "authentication and listen on the named hosts' interfaces only",
      parseCluster,
    )
    .option(
      "--rank <n>",
      "this process's place in --cluster, from 0; the first one writes the run, in a folder that all of them read",
      numberParser("--rank", { integer: true, minimum: 0 }),
    )
    .option(
      "--start-seconds <n>",
      `how long to wait for the others to start (default: ${defaultStartSeconds})`,
      numberParser("--start-seconds", { above: 0 }),
    )
    .option(
      "--own-statistics",
      "normalise batches by each process's own slices: faster, but what is learned depends on the number of processes; " +
        "with --resume the run keeps what it was started with",
    );
}

/**
 * The cluster that was asked for; undefined where none was.
 *
 * @throws {TypeError} when only a part of it was given, or what has no effect without it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const cluster = [{ host: "node0", port: 4000 }, { host: "node1", port: 4000 }];
 * assert.deepEqual(clusterOf({ cluster, rank: 1 }), {
 *   addresses: cluster,
 *   rank: 1,
 *   startSeconds: undefined,
 *   ownStatistics: false,
 * });
 * assert.equal(clusterOf({}), undefined);
 * assert.throws(() => clusterOf({ rank: 1 }), TypeError);
 * assert.throws(() => clusterOf({ ownStatistics: true }), /--own-statistics as --cluster must be given/);
 * assert.throws(() => clusterOf({ startSeconds: 60 }), /--start-seconds as --cluster must be given/);
 * ```
 */
export function clusterOf(
  { cluster, rank, startSeconds, ownStatistics = false }: ClusterCommandOptions,
): ClusterChoice | undefined {
  if (cluster === undefined && rank === undefined) {
    if (startSeconds === undefined && !ownStatistics) return undefined;
    throw new TypeError(
      `Cannot use ${
        ownStatistics ? "--own-statistics" : "--start-seconds"
      } as --cluster must be given: there is ` +
        "one process",
    );
  }
  if (cluster === undefined || rank === undefined) {
    throw new TypeError("Cannot train in a cluster as --cluster and --rank must be given together");
  }
  return { addresses: cluster, rank, startSeconds, ownStatistics };
}
