/** A scan's slice as the model takes it. */

import type { ModelCard } from "../../../shared/model_card.ts";
import type { ChannelScaling } from "../../../shared/scaling.ts";
import { type Slice, sliceOf } from "../../../shared/volume.ts";
import { volumeOfSequences } from "../../../shared/volume_of_sequences.ts";
import type { Scan } from "../open/scan.ts";

/** Whether a scan of one sequence is to be taken for all that the model looks at. */
export function standsInForAll({ volume }: Pick<Scan, "volume">, { input }: ModelCard): boolean {
  return volume.channels === 1 && input.sequences.length > 1;
}

/**
 * A slice with what scales it. A lone sequence is taken to be FLAIR and stands in for the others, as in the
 * data that models are trained on.
 */
export function modelInput(
  scan: Pick<Scan, "volume" | "scaling">,
  card: ModelCard,
  index: number,
): { slice: Slice; scaling: readonly ChannelScaling[] } {
  const slice = sliceOf(scan.volume, index);
  if (!standsInForAll(scan, card)) return { slice, scaling: scan.scaling };
  const filled = volumeOfSequences({ FLAIR: { ...slice, slices: 1 } });
  return { slice: filled, scaling: Array(filled.channels).fill(scan.scaling[0]) };
}
