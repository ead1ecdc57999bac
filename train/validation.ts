/**
 * How well the network does, while it trains, on patients it does not learn from.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { addCounts, type ConfusionCounts, confusionCounts } from "../shared/confusion.ts";
import { diceFromCounts } from "../shared/dice.ts";
import { diceLoss } from "../shared/dice_loss.ts";
import { threshold } from "../shared/threshold.ts";
import { allSlices, groups, makeBatch, type SliceReference } from "./batch.ts";
import type { Network } from "./network.ts";
import type { PreparedPatient } from "./prepared_patient.ts";

/** What a pass over the validation patients found. */
export interface Validation {
  /** Mean Dice loss of the batches, as the reference method reports it. */
  readonly loss: number;
  /** Volume Dice by patient at threshold 0.5; NaN where neither prediction nor reference has tumor. */
  readonly dice: ReadonlyMap<string, number>;
  /** Mean of the patients' volume Dice, NaN ones left out. */
  readonly meanDice: number;
}

async function predict(network: Network, slices: readonly SliceReference[]): Promise<Float32Array> {
  const { image, mask } = makeBatch(slices);
  const probability = network.probability(image);
  try {
    return await probability.data() as Float32Array;
  } finally {
    tf.dispose([image, mask, probability]);
  }
}

/** Mean of the numbers that are numbers; NaN when none is. */
function meanOfNumbers(values: Iterable<number>): number {
  const numbers = [...values].filter((value) => !Number.isNaN(value));
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

/**
 * Predicts every slice of the patients.
 *
 * @param onBatch Called after each batch with the number of slices done.
 */
export async function validate(
  network: Network,
  patients: readonly PreparedPatient[],
  batchSize: number,
  onBatch: (slices: number) => void = () => {},
): Promise<Validation> {
  const counts = new Map<string, ConfusionCounts>();
  const losses: number[] = [];
  for (const slices of groups(allSlices(patients), batchSize)) {
    const probabilities = await predict(network, slices);
    const { height, width } = slices[0].patient.volume, pixels = height * width;
    const references = new Uint8Array(slices.length * pixels);
    for (const [place, { patient, index }] of slices.entries()) {
      const view = [place * pixels, (place + 1) * pixels] as const;
      const reference = patient.mask.data.subarray(index * pixels, (index + 1) * pixels);
      references.set(reference, view[0]);
      const probability = { data: probabilities.subarray(...view), shape: [height, width] };
      const found = confusionCounts(threshold(probability), {
        data: reference,
        shape: [height, width],
      });
      const before = counts.get(patient.id);
      counts.set(patient.id, before ? addCounts(before, found) : found);
    }
    const shape = [slices.length, height, width];
    losses.push(diceLoss({ data: probabilities, shape }, { data: references, shape }));
    onBatch(slices.length);
  }
  const dice = new Map([...counts].map(([id, count]) => [id, diceFromCounts(count)]));
  return { loss: meanOfNumbers(losses), dice, meanDice: meanOfNumbers(dice.values()) };
}
