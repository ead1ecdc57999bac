/**
 * Changes that the engine makes or leaves, by a condition that it computed itself. The program never waits for the
 * answer, so a GPU goes on from one operation to the next.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/**
 * Gives a variable a new value where a condition holds; where it does not, the variable keeps its own, to the bit.
 *
 * @param condition A scalar of type bool. Absent: it holds.
 */
export function assignIf(
  condition: tf.Scalar | undefined,
  variable: tf.Variable<tf.Rank.R1>,
  value: tf.Tensor1D,
): void {
  if (!condition) return void variable.assign(value);
  tf.tidy(() => variable.assign(tf.where(condition, value, variable)));
}
