/**
 * A training step beside PyTorch's, and what it is held to.
 *
 * @module
 */
import type { Bar } from "./bar.ts";

/** Gliomap's steps, and the most memory it held, as shares of PyTorch's. */
export interface StepRatios {
  /** Of the medians. */
  readonly time: number;
  /** Of the fastest steps. */
  readonly minimum: number;
  /** NaN where it is not known. */
  readonly memory: number;
}

/**
 * A line for each ratio of one precision.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const [first] = ratioLines("fp32", { time: 0.71, minimum: 0.7, memory: 1.21 });
 * assert.equal(first, "ratio fp32 0.71");
 * ```
 */
export function ratioLines(
  precision: "fp32" | "bf16",
  { time, minimum, memory }: StepRatios,
): string[] {
  return [
    `ratio ${precision} ${time.toFixed(2)}`,
    `ratio ${precision} minimum ${minimum.toFixed(2)}`,
    `ratio ${precision} memory ${Number.isNaN(memory) ? "not known" : memory.toFixed(2)}`,
  ];
}

/** Most time of a step, as a share of PyTorch's. */
const timeLimits = {
  cpu: { fp32: 0.75, bf16: 1 },
  cuda: { fp32: 1.2, bf16: 1.2 },
} as const;

const memoryLimit = 1.5;

/**
 * The bars of one precision. TensorFlow's steps alone are held to them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const [time] = stepBars("cuda", "bf16", { time: 0.54, memory: NaN });
 * assert.equal(time.limit, 1.2);
 * ```
 */
export function stepBars(
  device: keyof typeof timeLimits,
  precision: "fp32" | "bf16",
  { time, memory }: Omit<StepRatios, "minimum">,
): Bar[] {
  const what = `${precision} on ${device}, Gliomap / PyTorch`;
  return [
    { what: `${what}, medians`, value: time, limit: timeLimits[device][precision] },
    ...(Number.isNaN(memory)
      ? []
      : [{ what: `${what}, peak memory`, value: memory, limit: memoryLimit }]),
  ];
}
