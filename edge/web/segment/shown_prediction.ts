/** What the model, and the reference, say of the slice that is shown. */

import { cleanUp } from "../../../shared/inference/clean_up.ts";
import { threshold } from "../../../shared/threshold.ts";
import { type Mask, type ProbabilityMap, sliceOfMask } from "../../../shared/volume.ts";
import { state } from "../state.ts";

/** The probabilities of the slice that is shown, where there are any. */
export function shownProbability(): ProbabilityMap | undefined {
  const { scan, prediction, index } = state;
  const data = prediction?.slices[index]?.probability;
  return scan && data && { data, shape: [scan.volume.height, scan.volume.width] };
}

/**
 * The predicted mask of the slice that is shown. What takes the whole volume to tell, such as its largest
 * piece, follows when that has been measured.
 */
export function shownPrediction(): Mask | undefined {
  const { scan, prediction, index, card, view } = state;
  const segmented = prediction?.slices[index];
  if (!scan || !segmented || !card) return undefined;
  const { slices, height, width } = scan.volume, { measure } = prediction;
  if (measure?.masks && measure.threshold === view.threshold) {
    return sliceOfMask({ data: measure.masks, shape: [slices, height, width] }, index);
  }
  const probability = shownProbability();
  if (!probability) return { data: segmented.mask, shape: [height, width] };
  const mask = threshold(probability, view.threshold);
  return slices === 1 ? cleanUp(card, mask) : mask;
}

/** The reference of the slice that is shown. */
export function shownReference(): Mask | undefined {
  return state.reference && sliceOfMask(state.reference, state.index);
}
