/**
 * Batch normalisation by the statistics of the whole batch, where each process has only a share of it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import {
  batchNormAveraging,
  batchNormFrozen,
  batchNormGradientFrozen,
  elementType,
  run,
  runMany,
} from "../kernels/fused.ts";
import {
  type BatchNorm,
  batchNormEpsilon,
  batchNormMomentum,
  type Kernels,
  type RunningStatistics,
} from "../kernels/kernels.ts";
import { withGradient } from "../kernels/with_gradient.ts";
import type { Collective } from "./collective.ts";

/** Statistics of one channel's pixels over all processes, each [channels] but `count`, a scalar. */
interface BatchStatistics {
  readonly count: tf.Tensor;
  readonly mean: tf.Tensor;
  /** Sum of the squared differences from the mean. */
  readonly squares: tf.Tensor;
}

/** Mean and sum of squared differences from it over this process's pixels, in one vector with their number. */
function ownStatistics(image: tf.Tensor, { scale, shift }: BatchNorm): tf.Tensor1D {
  const channels = scale.size, count = image.size / channels;
  if (count === 0) return tf.zeros([2 * channels + 1]);
  const none = tf.tensor1d([]);
  // The fused op is the fastest way to these two, the normalised image that comes with them notwithstanding.
  const [normalised, mean, variance] = runMany(
    "FusedBatchNormV3",
    batchNormAveraging,
    6,
    image,
    scale,
    shift,
    none,
    none,
  );
  normalised.dispose();
  const squares = tf.mul(variance, Math.max(count - 1, 1)); // the op's variance is the unbiased one
  return tf.concat1d([mean as tf.Tensor1D, squares as tf.Tensor1D, tf.tensor1d([count])]);
}

/**
 * Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances"
 * (1979): no difference of large numbers, which is what a sum of squares would come to.
 */
function combine(rows: tf.Tensor2D, channels: number): BatchStatistics {
  const [means, squares, counts] = tf.split(rows, [channels, channels, 1], 1);
  const count = tf.sum(counts);
  const mean = tf.div(tf.sum(tf.mul(means, counts), 0), count);
  const between = tf.mul(tf.square(tf.sub(means, mean)), counts);
  return { count, mean, squares: tf.sum(tf.add(squares, between), 0) };
}

function updated(running: tf.Tensor1D, batch: tf.Tensor): tf.Tensor1D {
  return tf.add(tf.mul(running, 1 - batchNormMomentum), tf.mul(batch, batchNormMomentum));
}

function batchNormRelu(
  collective: Collective,
  image: tf.Tensor4D,
  norm: BatchNorm,
  collect: (statistics: RunningStatistics) => void,
): tf.Tensor {
  const operation = withGradient(
    ([image, scale, shift], save) => {
      const rows = collective.gather(tf.tidy(() => ownStatistics(image, norm)));
      const { count, mean, squares } = combine(rows, scale.size);
      const variance = tf.div(squares, count), unbiased = tf.div(squares, tf.sub(count, 1));
      collect({
        mean: tf.keep(updated(norm.runningMean, mean)),
        variance: tf.keep(updated(norm.runningVariance, unbiased)),
      });
      const inputs = [image, scale, shift, mean, variance];
      const [normalised, , , ...reserved] = runMany(
        "FusedBatchNormV3",
        batchNormFrozen,
        6,
        ...inputs,
      );
      const activated = run("Relu", [elementType], normalised);
      save([image, scale, activated, count, mean, variance, ...reserved]);
      return activated;
    },
    (upstream, [image, scale, activated, count, mean, variance, ...reserved]) => {
      const normalised = run("ReluGrad", [elementType], upstream, activated);
      const inputs = [normalised, image, scale, ...reserved];
      // As if mean and variance were constants; what they change comes after.
      const [direct, scaleGradient, shiftGradient] = runMany(
        "FusedBatchNormGradV3",
        batchNormGradientFrozen,
        5,
        ...inputs,
      );
      const own = tf.concat1d([scaleGradient as tf.Tensor1D, shiftGradient as tf.Tensor1D]);
      const factor = tf.div(tf.mul(scale, tf.rsqrt(tf.add(variance, batchNormEpsilon))), count);
      const [byScale, byShift] = tf.split(collective.sum(own), 2)
        .map((sum) => tf.mul(sum, factor));
      const [indirect] = runMany(
        "FusedBatchNormV3",
        batchNormFrozen,
        6,
        image,
        byScale,
        byShift,
        mean,
        variance,
      );
      return [tf.sub(direct, indirect), scaleGradient, shiftGradient];
    },
  );
  return operation(image, norm.scale, norm.shift);
}

/**
 * The kernels of the `tensorflow` backend, in whatever precision, with batch normalisation synchronised: two
 * small messages for each layer, and a pass more over the activations in each direction.
 */
export function synchronised(kernels: Kernels, collective: Collective): Kernels {
  return {
    ...kernels,
    batchNormRelu: (image, norm, collect) =>
      batchNormRelu(collective, image, norm, collect) as tf.Tensor4D,
  };
}
