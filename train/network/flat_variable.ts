/**
 * A vector on the engine that training changes.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** A variable that starts with the given numbers. tfjs copies them, so the tensor they came in has to go. */
export function flatVariable(values: Float32Array): tf.Variable<tf.Rank.R1> {
  return tf.tidy(() => tf.variable(tf.tensor1d(values)));
}
