/**
 * Concatenation of an upsampled image and its skip, the same on every engine.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { withGradient } from "./with_gradient.ts";

/** The channels of `a`, then those of `b`; all other axes are the same. */
export function concatenateChannels(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D {
  // tf.concat has a gradient, but that one would keep the upstream gradient, the largest tensor of all.
  const operation = withGradient(
    ([a, b]) => tf.concat([a as tf.Tensor4D, b as tf.Tensor4D], 3),
    (upstream) => tf.split(upstream, [a.shape[3], b.shape[3]], 3),
  );
  return operation(a, b) as tf.Tensor4D;
}
