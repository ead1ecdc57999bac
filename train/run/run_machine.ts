/**
 * What of a machine decides the last digits of a run's figures.
 *
 * @module
 */
import { cpus } from "node:os";
import * as tf from "@tensorflow/tfjs";
import type { Cluster } from "../cluster/cluster.ts";
import { codeVersion } from "../cluster/code_version.ts";
import type { Backend } from "../engine/backend.ts";
import { type FlatSettings, flatSettings } from "../fit/flat_settings.ts";

/** What a run, or a part of it, was computed on. */
export interface RunMachine {
  readonly backend: Pick<Backend, "name" | "description" | "reason">;
  /** Versions of Deno, of the packages that compute, and a digest of our code (not in runs of an earlier version). */
  readonly versions: Readonly<Record<string, string>>;
  /** Processes that trained it together. Absent in runs of an earlier version. */
  readonly processes?: number;
  /** Threads and model, of the first process's machine. Absent in runs of an earlier version. */
  readonly processor?: string;
}

/** What this process computes on. */
export async function thisMachine(
  { name, description, reason }: Backend,
  cluster: Cluster | undefined,
): Promise<RunMachine> {
  return {
    backend: { name, description, reason },
    versions: { deno: Deno.version.deno, tfjs: tf.version.tfjs, gliomap: await codeVersion() },
    processes: cluster?.size ?? 1,
    processor: `${navigator.hardwareConcurrency} x ${cpus().at(0)?.model ?? Deno.build.arch}`,
  };
}

/** All that figures depend on, by name, as text. Why the engine was chosen is not among it. */
export function machineAspects(
  { backend, processes, processor, versions }: RunMachine,
): FlatSettings {
  return flatSettings({ backend: backend.description, processes, processor, versions });
}
