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
import type { Mask } from "../shared/volume.ts";
import { allSlices, groups, joinSlices } from "./batch.ts";
import type { InputBatch } from "./fit.ts";
import type { FlatWeights, Network } from "./network.ts";
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

/** Probabilities of the slices, [slices, height, width]. */
async function predict(
  network: Network,
  weights: FlatWeights,
  { image, shape }: InputBatch,
): Promise<Float32Array> {
  const input = tf.tensor4d(image, shape as [number, number, number, number]);
  const probability = network.probability(input, weights);
  try {
    return await probability.data() as Float32Array;
  } finally {
    tf.dispose([input, probability]);
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
 * @param weights The network's weights, or an average of them.
 * @param onBatch Called after each batch with the number of slices in it.
 */
export async function validate(
  network: Network,
  weights: FlatWeights,
  patients: readonly PreparedPatient[],
  batchSize: number,
  onBatch: (slices: number) => void = () => {},
): Promise<Validation> {
  const counts = new Map<string, ConfusionCounts>();
  const losses: number[] = [];
  for (const slices of groups(allSlices(patients), batchSize)) {
    const batch = joinSlices(slices), shape = batch.shape.slice(0, 3), pixels = shape[1] * shape[2];
    const probability = { data: await predict(network, weights, batch), shape };
    const reference = { data: batch.mask as Uint8Array, shape };
    losses.push(diceLoss(probability, reference));
    const prediction = threshold(probability);
    for (const [place, { patient }] of slices.entries()) {
      const part = ({ data }: Mask) => ({
        data: data.subarray(place * pixels, (place + 1) * pixels),
        shape: shape.slice(1),
      });
      const found = confusionCounts(part(prediction), part(reference));
      const before = counts.get(patient.id);
      counts.set(patient.id, before ? addCounts(before, found) : found);
    }
    onBatch(slices.length);
  }
  const dice = new Map([...counts].map(([id, count]) => [id, diceFromCounts(count)]));
  return { loss: meanOfNumbers(losses), dice, meanDice: meanOfNumbers(dice.values()) };
}
