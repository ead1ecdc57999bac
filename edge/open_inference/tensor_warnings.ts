/**
 * Why the probabilities of a tensor may be worth less than the model's card says.
 *
 * @module
 */

import type { ModelCard } from "../../shared/model_card.ts";
import { scaledRange } from "../../shared/scaling.ts";

/** What rounding may add to a scaled value. */
const tolerance = 1e-3;

/** The least and the largest of some values. */
interface Extremes {
  readonly least: number;
  readonly most: number;
}

/**
 * What is to be warned of in a tensor as the network takes it: channels that are constant, and values that no scaling of
 * the card's gives. It is scaled already, so the card's `intensities`, which are of unscaled data, cannot judge it.
 *
 * @param data C order, finite.
 * @param shape [images, channels, height, width], all at least 1.
 * @returns A sentence for each channel and one for the range; none where nothing is to be warned of.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const input = { sequences: ["FLAIR"] };
 * const card = { input, preprocessing: { method: "percentile", low: 10, high: 99 } } as const;
 * assert.deepEqual(tensorWarnings(new Float32Array([0, 0.5, 1, 1]), [2, 1, 1, 2], card), [
 *   "FLAIR is constant in 1 of 2 images: it shows nothing there.",
 * ]);
 * assert.deepEqual(tensorWarnings(new Float32Array([0, 255]), [1, 1, 1, 2], card), [
 *   "image has values from 0 to 255, scaled ones lie from 0 to 1.",
 * ]);
 * ```
 */
export function tensorWarnings(
  data: Float32Array,
  [images, channels, height, width]: readonly [number, number, number, number],
  { input, preprocessing }: TensorCard,
): string[] {
  const size = height * width;
  const planes = Array.from(
    { length: images * channels },
    (_, plane) => extremesOf(data.subarray(plane * size, (plane + 1) * size)),
  );
  const constant = input.sequences.flatMap((name, channel) =>
    constantWarning(name, planes.filter((_, plane) => plane % channels === channel))
  );
  return [...constant, ...rangeWarning(planes, scaledRange(preprocessing))];
}

/** What is looked at of a model's card. */
interface TensorCard extends Pick<ModelCard, "preprocessing"> {
  readonly input: Pick<ModelCard["input"], "sequences">;
}

function extremesOf(values: Float32Array): Extremes {
  let least = Infinity, most = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}

/** Of one channel in every image; a constant one is worded as in other answers. */
function constantWarning(name: string, images: readonly Extremes[]): string[] {
  const count = images.filter(({ least, most }) => least === most).length;
  if (count === 0) return [];
  return [
    count === images.length
      ? `${name} is constant: it shows nothing.`
      : `${name} is constant in ${count} of ${images.length} images: it shows nothing there.`,
  ];
}

function rangeWarning(
  planes: readonly Extremes[],
  { minimum, maximum }: ReturnType<typeof scaledRange>,
): string[] {
  const least = planes.reduce((least, plane) => Math.min(least, plane.least), Infinity);
  const most = planes.reduce((most, plane) => Math.max(most, plane.most), -Infinity);
  if (least >= minimum - tolerance && most <= maximum + tolerance) return [];
  const short = (value: number) => Number(value.toPrecision(3));
  return [
    `image has values from ${short(least)} to ${
      short(most)
    }, scaled ones lie from ${minimum} to ${maximum}.`,
  ];
}
