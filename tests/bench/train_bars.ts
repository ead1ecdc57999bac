/**
 * What a training step is held to beside PyTorch's.
 *
 * @module
 */
import type { Bar } from "./bar.ts";

/** Medians of Gliomap's steps, and the most memory it held, as shares of PyTorch's. */
export interface StepRatios {
  readonly time: number;
  /** NaN where it is not known. */
  readonly memory: number;
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
  { time, memory }: StepRatios,
): Bar[] {
  const what = `${precision} on ${device}, Gliomap / PyTorch`;
  return [
    { what: `${what}, medians`, value: time, limit: timeLimits[device][precision] },
    ...(Number.isNaN(memory)
      ? []
      : [{ what: `${what}, peak memory`, value: memory, limit: memoryLimit }]),
  ];
}
