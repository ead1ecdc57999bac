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
  return warningsOf(measureIntensities(slice), card, "slices");
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
