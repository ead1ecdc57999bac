/**
 * Which epoch a run's result is of, and why it has no more, as a person reads it.
 *
 * @module
 */
import type { RunRecord } from "./run_record.ts";
import type { RunMetrics } from "./run_folder.ts";
import { counted } from "../terminal/counted.ts";

/** What is told of: a run's settings and its figures. */
export type RunOutcome = Pick<RunRecord, "config" | "metrics">;

/**
 * The epoch whose weights are the result: the last one, or the one with the lowest validation loss, which is that of the
 * later ones where a disk damaged the weights of the lowest (see `lost_best.ts`).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import type { RunOutcome } from "./tell_result.ts";
 * import { tellResult } from "./tell_result.ts";
 *
 * const run = { config: { settings: { checkpoint: "last" } }, metrics: { epochs: [], bestEpoch: 40 } };
 * assert.equal(tellResult(run as unknown as RunOutcome), "epoch 40, the last");
 * ```
 */
export function tellResult(outcome: RunOutcome): string {
  const { bestEpoch } = outcome.metrics;
  if (!isChosen(outcome)) return `epoch ${bestEpoch}, the last`;
  return `epoch ${bestEpoch}, the best by validation loss${tellLost(outcome)}`;
}

/** Which epoch was better than the one whose weights are the result, as an adverb of time; empty where none was. */
export function tellLost(outcome: RunOutcome): string {
  const { epochs, bestEpoch } = outcome.metrics, lowest = lowestEpochOf(epochs);
  if (!isChosen(outcome) || lowest === bestEpoch) return "";
  return ` since the weights of epoch ${lowest} were lost`;
}

/** Whether the result is an epoch chosen by its validation loss, and not the last: without patients to measure it is. */
export function isChosen({ config, metrics }: RunOutcome): boolean {
  return config.settings.checkpoint !== "last" &&
    metrics.epochs.some(({ validationLoss }) => validationLoss !== null);
}

/** The first epoch with the lowest validation loss. */
function lowestEpochOf(epochs: RunMetrics["epochs"]): number {
  const losses = epochs.map(({ validationLoss }) => validationLoss ?? Infinity);
  return 1 + losses.indexOf(Math.min(...losses));
}

/**
 * That a run stopped before its last epoch, and why; undefined where it did not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import type { RunOutcome } from "./tell_result.ts";
 * import { tellEarlyStop } from "./tell_result.ts";
 *
 * const epochs = [0.3, 0.2, 0.4, 0.2].map((validationLoss, index) => ({ epoch: index + 1, validationLoss }));
 * const run = { config: { settings: { epochs: 9, patience: 2 } }, metrics: { epochs, bestEpoch: 2 } };
 * const told = "Stopped: no lower validation loss for 2 epochs; the lowest was epoch 2's";
 * assert.equal(tellEarlyStop(run as unknown as RunOutcome), told);
 * ```
 */
export function tellEarlyStop({ config, metrics }: RunOutcome): string | undefined {
  const { epochs, patience } = config.settings, done = metrics.epochs.length;
  const lowest = lowestEpochOf(metrics.epochs);
  if (!patience || done >= epochs || done - lowest < patience) return undefined;
  return `Stopped: no lower validation loss for ${counted(patience, "epoch")}; ` +
    `the lowest was epoch ${lowest}'s`;
}
