/**
 * What several processes make of several times the cores.
 *
 * @module
 */

/** How long one step takes in one cluster. */
export interface ClusterFigures {
  readonly task: string;
  readonly processes: number;
  /** Milliseconds of the fastest step, and of the step in the middle. */
  readonly minimum: number;
  readonly median: number;
  /** Milliseconds of processor time that one process takes for a step. */
  readonly processor: number;
}

/**
 * A line for each cluster of more than one process whose task one process did alone, too: what that took over what each
 * of n processes took for n times the slices.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const alone = { task: "step", processes: 1, minimum: 90, median: 100, processor: 95 };
 * const both = { task: "step", processes: 2, minimum: 100, median: 125, processor: 100 };
 * assert.deepEqual(efficiencyLines([alone, both]), [
 *   "parallel efficiency, step, 2 processes: median 0.80, minimum 0.90, processor 0.95",
 * ]);
 * ```
 */
export function efficiencyLines(all: readonly ClusterFigures[]): string[] {
  return all.flatMap((figures) => {
    const { task, processes } = figures;
    const alone = all.find((other) => other.task === task && other.processes === 1);
    if (!alone || processes === 1) return [];
    const ratios = (["median", "minimum", "processor"] as const)
      .map((name) => `${name} ${(alone[name] / figures[name]).toFixed(2)}`);
    return `parallel efficiency, ${task}, ${processes} processes: ${ratios.join(", ")}`;
  });
}
