/**
 * Batch normalisation by the statistics of the whole batch, where each process has only a share of it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import {
  batchNormFrozen,
  batchNormGradientFrozen,
  elementType,
  normaliseByOwn,
  run,
  runMany,
} from "../engine/kernels/fused.ts";
import {
  type BatchNorm,
  batchNormEpsilon,
  type CollectStatistics,
  type Kernels,
} from "../engine/kernels/kernels.ts";
import { withGradient } from "../engine/kernels/with_gradient.ts";
import { mergeStatistics } from "./batch_statistics.ts";
import type { Collective } from "./collective.ts";

/** Mean, variance and number of this process's pixels, as a row for `mergeStatistics`. */
function ownStatistics(image: tf.Tensor, { scale, shift }: BatchNorm): tf.Tensor1D {
  const channels = scale.size, count = image.size / channels;
  if (count === 0) return tf.zeros([2 * channels + 1]);
  // The fused op is the fastest way to these two, the normalised image that comes with them notwithstanding.
  const [normalised, mean, variance] = normaliseByOwn(image, scale, shift);
  normalised.dispose();
  return tf.concat1d([mean as tf.Tensor1D, variance as tf.Tensor1D, tf.tensor1d([count])]);
}

function vector(values: Float64Array): tf.Tensor1D {
  return tf.tensor1d(Float32Array.from(values));
}

function batchNormRelu(
  collective: Collective,
  image: tf.Tensor4D,
  norm: BatchNorm,
  collect: CollectStatistics,
): tf.Tensor {
  const channels = norm.scale.size;
  let count: number, deviation: Float64Array;
  const operation = withGradient(
    ([image, scale, shift], save) => {
      // The few numbers of a layer are merged here: every operation of the engine would cost more than its work.
      const rows = tf.tidy(() => collective.gather(ownStatistics(image, norm)).dataSync());
      const batch = mergeStatistics(rows as Float32Array, channels);
      count = batch.count;
      deviation = batch.squares.map((squares) => Math.sqrt(squares / count + batchNormEpsilon));
      const mean = vector(batch.mean);
      const unbiased = vector(batch.squares.map((sum) => sum / Math.max(count - 1, 1)));
      collect(tf.keep(tf.clone(mean)), tf.keep(unbiased));
      const variance = vector(batch.squares.map((sum) => sum / count));
      const inputs = [image, scale, shift, mean, variance];
      const [normalised, , , ...rest] = runMany("FusedBatchNormV3", batchNormFrozen, 6, ...inputs);
      const activated = run("Relu", [elementType], normalised);
      save([image, scale, activated, mean, variance, ...rest]);
      return activated;
    },
    (upstream, [image, scale, activated, mean, variance, ...rest]) => {
      const normalised = run("ReluGrad", [elementType], upstream, activated);
      const inputs = [normalised, image, scale, ...rest];
      // As if mean and variance were constants; what they change comes after.
      const [direct, scaleGradient, shiftGradient] = runMany(
        "FusedBatchNormGradV3",
        batchNormGradientFrozen,
        5,
        ...inputs,
      );
      const own = tf.concat1d([scaleGradient as tf.Tensor1D, shiftGradient as tf.Tensor1D]);
      const shares = (collective.sum(own).dataSync() as Float32Array)
        .map((sum, index) => sum / (count * deviation[index % channels]));
      const byScale = tf.mul(scale, tf.tensor1d(shares.subarray(0, channels)));
      const byShift = tf.mul(scale, tf.tensor1d(shares.subarray(channels)));
      const statistics = [byScale, byShift, mean, variance];
      const [indirect] = runMany("FusedBatchNormV3", batchNormFrozen, 6, image, ...statistics);
      return [tf.sub(direct, indirect), scaleGradient, shiftGradient];
    },
  );
  return operation(image, norm.scale, norm.shift);
}

/**
 * The kernels of the `tensorflow` backend, in whatever precision, with batch normalisation synchronised: two
 * small messages for each layer, and a pass more over its image in each direction.
 */
export function synchronised(kernels: Kernels, collective: Collective): Kernels {
  return {
    ...kernels,
    batchNormRelu: (image, norm, collect) =>
      batchNormRelu(collective, image, norm, collect) as tf.Tensor4D,
  };
}
