/**
 * A run as its folder tells it.
 *
 * @module
 */
import type { IntensityCard } from "../../shared/intensities.ts";
import {
  readRunFile,
  type RunConfig,
  runFiles,
  type RunMetrics,
  type RunSplit,
} from "./run_folder.ts";
import { readStretches, type RunStretch } from "./run_stretches.ts";

/** A run's settings and figures. */
export interface RunRecord {
  readonly config: RunConfig;
  readonly split: RunSplit;
  readonly metrics: RunMetrics;
  /** From where on it was computed on what; at least one. */
  readonly stretches: readonly RunStretch[];
  /** Absent before the run's end. */
  readonly intensities?: IntensityCard;
}

/**
 * Reads a run's settings and figures.
 *
 * @throws {Error} naming the file that is missing or not JSON.
 */
export async function readRun(run: string): Promise<RunRecord> {
  const read = async <T>(file: string): Promise<T> => {
    try {
      return await readRunFile<T>(run, file);
    } catch (error) {
      throw new Error(
        `Cannot use the run ${run} as ${file} must be readable: ${(error as Error).message}`,
        { cause: error },
      );
    }
  };
  const config = await read<RunConfig>(runFiles.config);
  return {
    config,
    split: await read<RunSplit>(runFiles.split),
    metrics: await read<RunMetrics>(runFiles.metrics),
    stretches: await readStretches(run, config),
    intensities: await readRunFile<IntensityCard>(run, runFiles.intensities).catch(absent),
  };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
