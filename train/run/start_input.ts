/**
 * Whether a network to start from has learned from images like those that are to be learned from.
 *
 * @module
 */
import { type Sequence, sequences } from "../../shared/sequence.ts";
import type { TrainingSettings } from "../fit/training_settings.ts";
import type { Checkpoint } from "./checkpoint.ts";

/** What `--sequence` is for these. */
function sequenceOption(wanted: readonly Sequence[]): string {
  return wanted.join() === sequences.join() ? "all" : wanted.join();
}

/**
 * Makes sure that a network to start from knows the sequences and the scaling: with others its first layer would be
 * random, or its weights would be those of other images, and nothing would show it.
 *
 * @param folder The run's or the model's, for the error.
 * @throws {Error} naming the option, what it must be and what it is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { foregroundPreprocessing } from "../../shared/scaling.ts";
 * import { sequences } from "../../shared/sequence.ts";
 * import { recipes } from "../fit/training_settings.ts";
 * const trained = { sequences, preprocessing: foregroundPreprocessing };
 * assertStartInput("edge/models/unet", trained, recipes.best);
 * assert.throws(
 *   () => assertStartInput("edge/models/unet", trained, recipes.reference),
 *   /--scaling must be that of its network, foreground: current value is percentile/,
 * );
 * ```
 */
export function assertStartInput(
  folder: string,
  trained: Pick<Checkpoint, "sequences" | "preprocessing">,
  settings: Pick<TrainingSettings, "sequences" | "preprocessing">,
): void {
  const [had, has] = [trained, settings].map(({ sequences }) => sequenceOption(sequences));
  const refuse = (option: string, expected: string, actual: string, remedy = "") =>
    new Error(
      `Cannot start from ${folder} as ${option} must be that of its network, ${expected}: ` +
        `current value is ${actual}${remedy}`,
    );
  const { method } = trained.preprocessing;
  if (method !== settings.preprocessing.method) {
    throw refuse("--scaling", method, settings.preprocessing.method);
  }
  if (had === has) return;
  const remedy = had === "all" ? " (FLAIR stands in for sequences that a patient lacks)" : "";
  throw refuse("--sequence", had, has, remedy);
}
