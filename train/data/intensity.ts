/**
 * What scanners do to brightness, drawn anew for each sequence. All of it depends on a pixel's value alone,
 * so it is worked out for the 256 values that a pixel can have, not for every pixel.
 *
 * @module
 */
import { applyScaling, type ChannelScaling } from "../../shared/scaling.ts";
import type { Random } from "./random.ts";
import { between, factor } from "./random_at.ts";

/** How far brightness may change. Values are taken from the range that scaling clips to as 0 to 1. */
export interface IntensityAugmentation {
  /** Largest power, 0.3 for x^1.3 to x^(1/1.3): the middle tones. 0 to 3. */
  readonly gamma: number;
  /** Largest factor about the middle of the range, 0.1 for 1.1 to 1/1.1. 0 to 3. */
  readonly contrast: number;
  /** Largest factor about the bottom of the range, which stays dark, 0.1 for 1.1 to 1/1.1. 0 to 3. */
  readonly gain: number;
  /** Largest amount that is added or taken away, as a fraction of the range. 0 to 1. */
  readonly brightness: number;
}

/** One change of brightness, drawn. */
export interface IntensityChange {
  readonly gamma: number;
  readonly contrast: number;
  readonly gain: number;
  readonly brightness: number;
}

/** Draws the change of one sequence. */
export function drawIntensityChange(
  { gamma, contrast, gain, brightness }: IntensityAugmentation,
  random: Random,
): IntensityChange {
  return {
    gamma: factor(random, gamma),
    contrast: factor(random, contrast),
    gain: factor(random, gain),
    brightness: between(random, -brightness, brightness),
  };
}

const everyValue = { data: Uint8Array.from({ length: 256 }, (_, i) => i), height: 1, width: 256 };

/** What each 8-bit pixel value becomes when it is scaled: [256]. */
export function scaledValues(scaling: ChannelScaling): Float32Array {
  return applyScaling({ ...everyValue, channels: 1 }, [scaling]);
}

/**
 * Changes scaled values in place; they stay in the range of the scaling. A change of nothing leaves every
 * value as it is, to the bit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const values = new Float32Array([0, 0.25, 1]);
 * const range = { offset: 0, divisor: 255, minimum: 0, maximum: 1 };
 * changeIntensity(values, range, { gamma: 0.5, contrast: 1, gain: 1, brightness: 0.25 });
 * assert.deepEqual(values, new Float32Array([0.25, 0.75, 1]));
 * ```
 */
export function changeIntensity(
  values: Float32Array,
  { minimum, maximum }: ChannelScaling,
  { gamma, contrast, gain, brightness }: IntensityChange,
): void {
  if (gamma === 1 && contrast === 1 && gain === 1 && brightness === 0) return;
  const range = maximum - minimum;
  for (let index = 0; index < values.length; index++) {
    const tone = Math.pow((values[index] - minimum) / range, gamma);
    const level = ((tone - 0.5) * contrast + 0.5) * gain + brightness;
    values[index] = minimum + range * Math.min(Math.max(level, 0), 1);
  }
}
