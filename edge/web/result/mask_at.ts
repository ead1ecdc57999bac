/** From probabilities to the mask at any threshold, cleaned up as the model's card asks for. */

import { largestComponent } from "../../../shared/connected_component.ts";
import type { ModelCard } from "../../../shared/model_card.ts";
import { threshold } from "../../../shared/threshold.ts";
import type { Mask, ProbabilityMap } from "../../../shared/volume.ts";

/** What of a card decides over a mask. */
export type MaskCard = Pick<ModelCard, "largestComponent">;

/** The mask of a slice [height, width] at a threshold from 0 to 1. */
export function maskAt(probability: ProbabilityMap, at: number, card: MaskCard): Mask {
  const mask = threshold(probability, at);
  return card.largestComponent ? largestComponent(mask) : mask;
}
