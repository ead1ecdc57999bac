import { addCounts, type ConfusionCounts, confusionCounts } from "@gliomap/shared/confusion";
import { diceFromCounts } from "@gliomap/shared/dice";
import { hd95 } from "@gliomap/shared/hausdorff";
import { decodeMask } from "@gliomap/shared/image/decode";
import type { Mask } from "@gliomap/shared/volume";

export async function measure(prediction: Uint8Array, reference: Mask): Promise<[number, number]> {
  const mask: Mask = await decodeMask(prediction);
  const counts: ConfusionCounts = confusionCounts(mask, reference);
  return [diceFromCounts(addCounts(counts, counts)), hd95(mask, reference, [5, 1, 1])];
}

// @ts-expect-error: a spacing is a number for each axis
hd95({ data: new Uint8Array(0), shape: [0, 0] }, { data: new Uint8Array(0), shape: [0, 0] }, 5);
