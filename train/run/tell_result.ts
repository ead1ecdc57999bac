/**
 * Which epoch a run's result is of, and why it has no more, as a person reads it.
 *
 * @module
 */
import type { RunRecord } from "./describe_run.ts";
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
export function tellResult({ config, metrics: { epochs, bestEpoch } }: RunOutcome): string {
  const validates = epochs.some(({ validationLoss }) => validationLoss !== null);
  if (config.settings.checkpoint === "last" || !validates) return `epoch ${bestEpoch}, the last`;
  const lowest = lowestEpochOf(epochs);
  const lost = lowest === bestEpoch ? "" : ` since the weights of epoch ${lowest} were lost`;
  return `epoch ${bestEpoch}, the best by validation loss${lost}`;
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
