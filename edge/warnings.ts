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
import type { Slice, Volume } from "../shared/volume.ts";

/** What is to be warned of in a slice that a model is asked about on its own; none where nothing is. */
export function sliceWarnings(slice: Slice, card: ModelCard): string[] {
  return warningsOf(measureIntensities(slice), card, "slices");
}

/** The same for a whole volume. */
export function volumeWarnings(volume: Volume, card: ModelCard): string[] {
  return warningsOf(measureIntensities(volume), card, "volumes");
}

/** The same of what has been measured before: one entry for each channel that the model takes, or for all sequences. */
export function warningsOf(
  measured: readonly Intensities[],
  { input, intensities }: ModelCard,
  kind: "slices" | "volumes",
): string[] {
  const picked = pickSequences(measured, input.sequences);
  return intensityWarnings(picked, input.sequences, intensities?.[kind]);
}
