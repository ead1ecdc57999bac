/**
 * Why an outline may be worth less than the model's card says.
 *
 * @module
 */

import {
  type Intensities,
  intensityWarnings,
  measureIntensities,
  pickSequences,
} from "../shared/intensities.ts";
import type { ModelCard } from "../shared/model_card.ts";
import type { Slice } from "../shared/volume.ts";

/** What is looked at of a model's card. */
type WarningCard = Pick<ModelCard, "input" | "intensities">;

/**
 * What is to be warned of in a slice that a model is asked about on its own; none where nothing is.
 *
 * @param slice As it was sent, unscaled.
 * @throws {TypeError} as {@linkcode warningsOf} does.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const black = { data: new Uint8Array(4), height: 2, width: 2, channels: 1 };
 * const card = { input: { sequences: ["FLAIR"], sizeMultiple: 16 } };
 * assert.deepEqual(sliceWarnings(black, card), ["FLAIR is constant: it shows nothing."]);
 * ```
 */
export function sliceWarnings(slice: Slice, card: WarningCard): string[] {
  const measured = measureIntensities(slice);
  return [...warningsOf(measured, card, "slices"), ...alikeWarnings(measured, card)];
}

/**
 * Warns of a slice whose channels are one picture several times, as a screenshot of a gray one is: no two sequences have
 * the same share of head and the same percentiles. None where the model takes one sequence, or all is black.
 *
 * @param measured One entry for each channel that was sent.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const gray = { head: 0.4, dark: 0.2, median: 0.5, bright: 0.8 };
 * const card = { input: { sequences: ["pre-contrast", "FLAIR"], sizeMultiple: 16 } };
 * assert.deepEqual(alikeWarnings([gray, gray], card), [
 *   "All channels are the same picture, where pre-contrast, FLAIR are wanted: it stands in for each.",
 * ]);
 * assert.deepEqual(alikeWarnings([gray, { ...gray, dark: 0.3 }], card), []);
 * ```
 */
export function alikeWarnings(
  measured: readonly Intensities[],
  { input: { sequences } }: Pick<WarningCard, "input">,
): string[] {
  const [first, ...others] = measured.map((channel) => JSON.stringify(channel));
  const alike = others.length > 0 && others.every((other) => other === first);
  if (!alike || sequences.length === 1 || measured[0].head === 0) return [];
  const wanted = sequences.join(", ");
  return [`All channels are the same picture, where ${wanted} are wanted: it stands in for each.`];
}

/**
 * The same of what has been measured before, of a slice or a whole volume.
 *
 * @param measured One entry for each channel that the model takes, or for all sequences.
 * @throws {TypeError} when there are as many as neither, or the card's intensities are of another number of channels.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const nothing = { head: 0, dark: 0, median: 0, bright: 0 };
 * const card = { input: { sequences: ["FLAIR"], sizeMultiple: 16 } };
 * assert.equal(warningsOf([nothing], card, "volumes").length, 1);
 * assert.throws(() => warningsOf([nothing, nothing], card, "volumes"), TypeError);
 * ```
 */
export function warningsOf(
  measured: readonly Intensities[],
  { input, intensities }: WarningCard,
  kind: "slices" | "volumes",
): string[] {
  const picked = pickSequences(measured, input.sequences);
  return intensityWarnings(picked, input.sequences, intensities?.[kind]);
}
