/**
 * What a benchmark is held to.
 *
 * @module
 */

/** A figure and its limit. */
export interface Bar {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  /** Whether more than the limit is wanted, instead of less. @default false */
  readonly atLeast?: boolean;
  /** Stands behind the numbers. @default none */
  readonly unit?: string;
}

/**
 * A line that says whether a bar is met.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const line = barLine({ what: "start to first mask", value: 0.812, limit: 0.7, unit: "s" });
 * assert.equal(line, "bar start to first mask: 0.812 s, at most 0.7 s: missed");
 * ```
 */
export function barLine({ what, value, limit, atLeast = false, unit = "" }: Bar): string {
  const behind = unit && ` ${unit}`, met = atLeast ? value >= limit : value <= limit;
  const shown = Number(value.toFixed(value < 10 ? 3 : 1));
  const rule = `${atLeast ? "at least" : "at most"} ${limit}${behind}`;
  return `bar ${what}: ${shown}${behind}, ${rule}: ${met ? "met" : "missed"}`;
}
