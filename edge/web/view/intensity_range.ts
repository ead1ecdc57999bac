/** How bright the pixels of a scan are, and which of them a person sees as black and as white. */

import { orderChannels, type OrderedValues } from "../../../shared/percentile.ts";
import type { Volume } from "../../../shared/volume.ts";

/** The intensities of one channel over all slices. */
export interface IntensityRange {
  readonly minimum: number;
  readonly maximum: number;
  /** Shown black at first: darker and brighter values than most would dim the brain. */
  readonly low: number;
  /** Shown white at first. */
  readonly high: number;
}

/** What becomes black and what becomes white. */
export interface DisplayWindow {
  readonly low: number;
  readonly high: number;
}

/** How far a person has moved a window from where it was at first. */
export interface WindowChange {
  /** Added to the level, in widths of the first window. */
  readonly level: number;
  /** The width, in widths of the first window. */
  readonly width: number;
}

/** The window as it is at first. */
export const unchangedWindow: WindowChange = { level: 0, width: 1 };

/** The percentiles between which a picture is shown, so that fat and skull do not dim the brain. */
const ranks = [0, 1, 99.5, 100];

/**
 * The intensities of each channel of a volume.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const data = Uint8Array.from({ length: 201 }, (_, value) => value);
 * const [range] = intensityRanges({ data, slices: 1, height: 1, width: 201, channels: 1 });
 * assert.deepEqual(range, { minimum: 0, low: 2, high: 199, maximum: 200 });
 * ```
 */
export function intensityRanges(volume: Volume): IntensityRange[] {
  return orderChannels(volume).map(intensityRange);
}

/** The intensities of one channel whose values are in order. */
export function intensityRange(values: OrderedValues): IntensityRange {
  const [minimum, low, high, maximum] = values.percentiles(ranks);
  // A picture of little but air has the same value at both ranks.
  return high > low
    ? { minimum, low, high, maximum }
    : { minimum, low: minimum, high: maximum, maximum };
}

/**
 * The window after a person has changed it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const range = { minimum: 0, low: 0, high: 100, maximum: 255 };
 * assert.deepEqual(displayWindow(range, { level: 0.1, width: 0.5 }), { low: 35, high: 85 });
 * ```
 */
export function displayWindow(
  { low, high }: IntensityRange,
  { level, width }: WindowChange,
): DisplayWindow {
  const first = high - low, middle = (low + high) / 2 + level * first;
  return { low: middle - width * first / 2, high: middle + width * first / 2 };
}
