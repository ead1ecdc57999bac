/**
 * Segments a cohort by workers on any number of machines.
 *
 * @module
 */
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { type Coordinator, openCoordinator, runName } from "../queue/coordinator.ts";
import type { SegmentPayload, SegmentValue } from "../queue/perform_task.ts";
import { describeWorkers } from "../queue/describe_workers.ts";
import { startProgress } from "../terminal/progress.ts";
import { inputName, type SegmentInput } from "./segment_inputs.ts";

/** Settings of {@linkcode segmentQueued}. */
export interface SegmentQueuedOptions {
  readonly queue: string;
  /** The model's folder. */
  readonly model: string;
  readonly out: string;
  /** Workers see the same folders. */
  readonly shared?: boolean;
  readonly patience?: number;
  /** Hears of each input once, in the order in which they are done. */
  readonly onLine: (line: string) => void;
}

/** What became of a cohort. */
export interface SegmentedCohort {
  readonly slices: number;
  /** Why inputs could not be segmented, each named. */
  readonly problems: readonly string[];
}

/**
 * @param inputs With absolute paths.
 * @throws {Error} when the folder for what comes out cannot be made, or there is no such server.
 */
export async function segmentQueued(
  inputs: readonly SegmentInput[],
  { queue, shared, patience, onLine, ...options }: SegmentQueuedOptions,
): Promise<SegmentedCohort> {
  const model = resolve(options.model), out = resolve(options.out);
  // Before workers are kept busy for hours, rather than after.
  await mkdir(out, { recursive: true });
  const progress = startProgress("Segmenting", inputs.length, { unit: "inputs" });
  const run = runName("segment", inputs, model, out);
  let coordinator: Coordinator | undefined, slices = 0;
  const problems: string[] = [];

  async function segment(input: SegmentInput): Promise<void> {
    const id = inputName(input), payload: SegmentPayload = { input, model };
    try {
      const result = await coordinator!.submit({ kind: "segment", id, payload, out });
      const value = result.value as SegmentValue;
      slices += value.slices;
      onLine(`${id}: ${value.slices} slices by ${result.worker} in ${result.seconds.toFixed(1)} s`);
    } catch (error) {
      problems.push(`${id}: ${(error as Error).message}`);
    }
  }

  try {
    coordinator = await openCoordinator(queue, {
      run,
      shared,
      patience,
      onWorkers: (workers, done) => progress.update(done, describeWorkers(workers)),
    });
    await Promise.all(inputs.map(segment));
    await coordinator.finish();
  } finally {
    progress.stop();
    await coordinator?.close();
  }
  return { slices, problems };
}
