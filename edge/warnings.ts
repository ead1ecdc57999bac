/**
 * Why an outline may be worth less than the model's card says.
 *
 * @module
 */

import { intensityWarnings, measureIntensities, pickSequences } from "../shared/intensities.ts";
import type { ModelCard } from "../shared/model_card.ts";
import type { Slice, Volume } from "../shared/volume.ts";

/** What is to be warned of in a slice that a model is asked about on its own; none where nothing is. */
export function sliceWarnings(slice: Slice, card: ModelCard): string[] {
  return warningsOf(slice, card, "slices");
}

/** The same for a whole volume. */
export function volumeWarnings(volume: Volume, card: ModelCard): string[] {
  return warningsOf(volume, card, "volumes");
}

function warningsOf(
  picture: Slice | Volume,
  { input, intensities }: ModelCard,
  kind: "slices" | "volumes",
): string[] {
  const measured = pickSequences(measureIntensities(picture), input.sequences);
  return intensityWarnings(measured, input.sequences, intensities?.[kind]);
}
