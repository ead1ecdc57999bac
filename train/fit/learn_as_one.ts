/**
 * A step's work as a single operation of the engine, where it has such.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { AdamStepRates, Changing, Kernels, Work } from "../engine/kernels/kernels.ts";
import { numbersOnHost } from "../engine/kernels/transfers.ts";
import type { Batch } from "./upload_batch.ts";

/** The numbers that every step has others of; `decay` is that of the average, absent where there is none. */
export interface StepNumbers<Value extends Changing = number> extends AdamStepRates<Value> {
  readonly decay?: Value;
}

/** What a step gives: its loss, and whether it changed anything, of type bool. */
export interface Learned {
  readonly loss: tf.Scalar;
  readonly taken: tf.Scalar;
}

/** All that a step does on the engine; `before` says whether the step before changed anything. */
export type Learn = (
  batch: Batch,
  numbers: StepNumbers<Changing>,
  before?: tf.Scalar,
) => Learned;

/**
 * Learns from a batch by one operation. The numbers come to the engine in one vector.
 *
 * @param work What `learn` assigns, and what it depends on besides.
 */
export function learnAsOne(
  runAsOne: NonNullable<Kernels["runAsOne"]>,
  work: Pick<Work, "variables" | "dependencies">,
  learn: Learn,
  { image, mask }: Batch,
  numbers: StepNumbers,
  before?: tf.Scalar,
): Learned {
  const names = Object.keys(numbers);
  const run = ([image, mask, vector, before]: readonly tf.Tensor[]) => {
    const scalars = tf.unstack(vector).map((scalar, index) => [names[index], scalar]);
    const batch = { image, mask } as Batch;
    const { loss, taken } = learn(batch, Object.fromEntries(scalars), before as tf.Scalar);
    return [loss, taken];
  };
  return tf.tidy(() => {
    const vector = numbersOnHost(Object.values(numbers));
    // The same operation whether there is a step before or not.
    const inputs = [image, mask, vector, before ?? tf.scalar(true, "bool")];
    const [loss, taken] = runAsOne({ ...work, inputs, run }) as tf.Scalar[];
    return { loss, taken };
  });
}
