/**
 * A run in several processes: who does what, with which engine, and that all of them do the same.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Cluster, inCluster } from "../cluster/cluster.ts";
import { clusterKernels } from "../cluster/cluster_kernels.ts";
import type { ClusterChoice } from "../cluster/cluster_options.ts";
import type { PreparedPatient } from "../data/prepared_patient.ts";
import { type Backend, type BackendChoice, openBackend } from "../engine/backend.ts";
import type { Precision } from "../engine/kernels/precision.ts";
import type { FitProgress } from "../fit/fit.ts";
import { flatSettings } from "../fit/flat_settings.ts";
import type { MachineOptions } from "./machine_options.ts";
import type { RunConfig } from "./run_folder.ts";
import type { RunMachine } from "./run_machine.ts";

/** The processes that train one network, and how. */
export interface Processes {
  readonly cluster: Cluster;
  /** Whether each normalises its slices by their own statistics, instead of by those of the whole batch. */
  readonly ownStatistics: boolean;
}

/** What an engine is to do, and by whom. */
export interface EngineUse extends Pick<MachineOptions, "compile"> {
  readonly precision: Precision;
  /** Whether the network has depthwise convolutions. */
  readonly separable?: boolean;
  /** Absent: there is only this one. */
  readonly processes?: Processes;
}

/** The engine, with the operations that a process of a cluster needs. */
export async function openEngine(
  choice: BackendChoice = "auto",
  { precision, separable = false, compile = false, processes }: EngineUse,
): Promise<Backend> {
  const deterministic = !separable && !compile;
  if (!processes) {
    const issue = compile ? "compiled" : undefined;
    return await openBackend(choice, precision, { issue, deterministic });
  }
  if (choice !== "auto" && choice !== "tensorflow") {
    throw new TypeError(
      `Cannot train in a cluster as --backend must be tensorflow: current value is ${choice}`,
    );
  }
  const backend = await openBackend("tensorflow", precision, { deterministic });
  const { cluster: { collective }, ownStatistics } = processes;
  return {
    ...backend,
    reason: choice === "auto" ? "a cluster needs it" : backend.reason,
    kernels: clusterKernels(backend.kernels, collective, !ownStatistics),
  };
}

/**
 * The engine for a run that goes on: the one that was asked for, else the one it was on.
 *
 * @throws {Error} naming `--backend` when the engine it was on is not to be had here.
 */
export async function reopenEngine(
  run: string,
  was: RunMachine["backend"],
  choice: BackendChoice | undefined,
  use: EngineUse,
): Promise<Backend> {
  if (choice !== undefined) return await openEngine(choice, use);
  try {
    const backend = await openEngine(was.name, use);
    return { ...backend, reason: "the run was on it" };
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      `Cannot go on with ${run} on the engine that it was on (${was.description}): ${message}. With --backend it ` +
        "goes on with another (--backend auto: the fastest that there is); losses may then differ from an " +
        "uninterrupted run's in the last digits",
      { cause: error },
    );
  }
}

/**
 * Does the work as the only process, or as one of those asked for.
 *
 * @throws {TypeError} when several are to train by compiled steps.
 */
export async function inProcesses<T>(
  choice: ClusterChoice | undefined,
  { compile }: Pick<MachineOptions, "compile">,
  log: (line: string) => void,
  work: (processes?: Processes) => Promise<T>,
): Promise<T> {
  if (!choice) return await work();
  if (compile) {
    throw new TypeError(
      "Cannot train in a cluster as --compile must not be given: its processes hear of each other in the middle of a " +
        "step, so steps go op by op",
    );
  }
  const { ownStatistics } = choice;
  return await inCluster({ ...choice, log }, (cluster) => work({ cluster, ownStatistics }));
}

/**
 * Whether a run that goes on normalises each process's slices by their own statistics: as it did before.
 *
 * @param recorded What it was started with. Absent in runs of an earlier version, which take what is given.
 * @param given Whether `--own-statistics` is.
 * @throws {TypeError} when that would change what is learned.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(keptStatistics("runs/first", true, false), true);
 * assert.equal(keptStatistics("runs/first", undefined, true), true);
 * assert.throws(() => keptStatistics("runs/first", false, true), TypeError);
 * ```
 */
export function keptStatistics(run: string, recorded: boolean | undefined, given: boolean) {
  if (recorded !== false || !given) return recorded ?? given;
  throw new TypeError(
    `Cannot go on with ${run} as --own-statistics must not be given: it was started without, and keeps to the ` +
      "statistics of the whole batch",
  );
}

/** Of several processes the first one writes the run and says how it goes. */
export function isFirst(cluster: Cluster | undefined): boolean {
  return !cluster || cluster.rank === 0;
}

/** What processes have to have in common before they start. */
export interface SharedStart {
  readonly config: Pick<RunConfig, "settings" | "ownStatistics">;
  readonly training: readonly PreparedPatient[];
  readonly validation: readonly PreparedPatient[];
  /** Where the run goes on from. */
  readonly progress: FitProgress;
}

/** A digest of who the patients are. */
function digest(patients: readonly PreparedPatient[]): string {
  const names = patients.map(({ id }) => id).join("\n");
  return createHash("sha256").update(names).digest("hex").slice(0, 16);
}

/**
 * Makes sure that the processes of a cluster are about to do the same.
 *
 * @throws {SettingsMismatchError} naming the setting, the ranks and both values.
 */
export async function agree(
  cluster: Cluster,
  { config: { settings, ownStatistics }, training, validation, progress: { epoch, step } }:
    SharedStart,
): Promise<void> {
  await cluster.agree({
    ...Object.fromEntries(flatSettings(settings)),
    "--own-statistics": ownStatistics ? "yes" : "no",
    "patients to learn from": digest(training),
    "patients to measure on": digest(validation),
    "step to go on from": `${step} of epoch ${epoch}`,
  });
}
