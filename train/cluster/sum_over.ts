/**
 * From what each process computed on its share of a batch to what the whole batch gives.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { LossAndGradient } from "../fit/loss.ts";
import type { Collective } from "./collective.ts";

/**
 * Sums gradients and averages running statistics over all processes, in one message. The loss is that of the
 * whole batch already. Disposes of `own`'s gradient and statistics.
 *
 * @param slices How many slices this process learned from, which is what its statistics count for. May be 0.
 */
export function sumOver(
  collective: Collective,
  { loss, gradient, statistics }: LossAndGradient,
  slices: number,
): LossAndGradient {
  const [sum, mean] = tf.tidy(() => {
    // Statistics of no slices are none.
    const weighted: tf.Tensor1D = slices > 0
      ? tf.mul(statistics, slices)
      : tf.zerosLike(statistics);
    const total = collective.sum(tf.concat1d([gradient, weighted, tf.tensor1d([slices])]));
    const parts = tf.split(total, [gradient.size, statistics.size, 1]);
    return [parts[0], tf.div(parts[1], parts[2])] as tf.Tensor1D[];
  });
  tf.dispose([gradient, statistics]);
  return { loss, gradient: sum, statistics: mean };
}
