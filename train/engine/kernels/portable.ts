/**
 * U-Net operations out of tensor operations that every tfjs backend has. The wasm backend, for one, has no
 * gradient of a convolution by its weight and none of a maximum pooling: both are matrix products and
 * comparisons here.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { channelKernels } from "./channel_kernels.ts";
import {
  type BatchNorm,
  batchNormEpsilon,
  type CollectStatistics,
  type Kernels,
} from "./kernels.ts";
import { vectorKernels } from "./vectors.ts";
import { withGradient } from "./with_gradient.ts";

/**
 * Sum over batch, height and width, one axis at a time: a sum of sums rounds far less than adding half a
 * million numbers to one float32, which is what the wasm backend would do.
 */
function sumOverPixels(image: tf.Tensor): tf.Tensor1D {
  return tf.sum(tf.sum(tf.sum(image, 2), 1), 0);
}

/** An image as a matrix with a row for each pixel. */
function pixelRows(image: tf.Tensor): tf.Tensor2D {
  return tf.reshape(image, [-1, image.shape[image.shape.length - 1]]);
}

/** A product of matrices. The wasm backend has a fast one only where neither is to be transposed on the way. */
function product(a: tf.Tensor, b: tf.Tensor): tf.Tensor2D {
  return tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D);
}

/**
 * Gradient of a "same" convolution by its weight: a convolution as well, of the image with the output's gradient as
 * its weight, where channels and batch have changed places.
 */
function weightGradient(image: tf.Tensor4D, upstream: tf.Tensor4D, size: number): tf.Tensor {
  return tf.tidy(() => {
    const images = tf.transpose(image, [3, 1, 2, 0]);
    const weight = tf.transpose(upstream, [1, 2, 0, 3]);
    const border: [number, number] = [(size - 1) / 2, (size - 1) / 2];
    // One number for all sides would do, were it not that tfjs then takes the weight for a square.
    const padding: tf.backend_util.ExplicitPadding = [[0, 0], border, border, [0, 0]];
    return tf.transpose(tf.conv2d(images, weight, 1, padding), [1, 2, 0, 3]);
  });
}

function makeConvolution(imageGradient: boolean) {
  return withGradient(
    ([image, weight, bias], save) => {
      save([image, weight]);
      return tf.add(tf.conv2d(image as tf.Tensor4D, weight as tf.Tensor4D, 1, "same"), bias);
    },
    (upstream, [image, weight]) => {
      const turned = () => tf.transpose(tf.reverse(weight, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D;
      return [
        imageGradient ? tf.conv2d(upstream as tf.Tensor4D, turned(), 1, "same") : tf.scalar(0), // tfjs wants a tensor for every input; it drops this one, as nothing watches the image
        weightGradient(image as tf.Tensor4D, upstream as tf.Tensor4D, weight.shape[0]),
        sumOverPixels(upstream),
      ];
    },
  );
}

const innerConvolution = makeConvolution(true);
const firstConvolution = makeConvolution(false);

/**
 * Gradient of a depthwise "same" convolution by its weight, [size, size, 1, channels]: for each of its places the sum
 * of the image, moved there, times the output's gradient.
 */
function depthwiseWeightGradient(image: tf.Tensor, upstream: tf.Tensor, size: number): tf.Tensor {
  return tf.tidy(() => {
    const [, height, width, channels] = image.shape as number[], border = (size - 1) / 2;
    const padded = tf.pad(image, [[0, 0], [border, border], [border, border], [0, 0]]);
    const sums = Array.from({ length: size * size }, (_, place) => {
      const from = [0, Math.floor(place / size), place % size, 0];
      const moved = tf.slice(padded, from, [-1, height, width, channels]);
      return sumOverPixels(tf.mul(moved, upstream));
    });
    return tf.reshape(tf.concat(sums), [size, size, 1, channels]);
  });
}

const depthwiseConvolution = withGradient(
  ([image, weight], save) => {
    save([image, weight]);
    return convolveChannels(image, weight);
  },
  (upstream, [image, weight]) => [
    convolveChannels(upstream, tf.reverse(weight, [0, 1])),
    depthwiseWeightGradient(image, upstream, weight.shape[0]),
  ],
);

function convolveChannels(image: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  return tf.depthwiseConv2d(image as tf.Tensor4D, channelKernels(weight), 1, "same");
}

/** [batch, 2 height, 2 width, c] <-> a row of the four pixels (and channels) under each low-resolution pixel. */
const upsampling = withGradient(
  ([image, weight], save) => {
    save([image, weight]);
    const [batch, height, width, inputs] = image.shape as number[], outputs = weight.shape[2]!;
    const fours = product(
      pixelRows(image),
      tf.transpose(tf.reshape(weight, [4 * outputs, inputs])),
    );
    const grid = tf.reshape(fours, [batch * height, width, 2, 2 * outputs]);
    return tf.reshape(tf.transpose(grid, [0, 2, 1, 3]), [batch, 2 * height, 2 * width, outputs]);
  },
  (upstream, [image, weight]) => {
    const [batch, height, width, inputs] = image.shape as number[], outputs = weight.shape[2]!;
    const grid = tf.reshape(upstream, [batch * height, 2, width, 2 * outputs]);
    const fours = tf.reshape(tf.transpose(grid, [0, 2, 1, 3]), [-1, 4 * outputs]) as tf.Tensor2D;
    const matrix = tf.reshape(weight, [4 * outputs, inputs]) as tf.Tensor2D;
    return [
      tf.reshape(product(fours, matrix), image.shape),
      tf.reshape(product(tf.transpose(fours), pixelRows(image)), weight.shape),
    ];
  },
);

/**
 * Where several of the four pixels hold the maximum, each of them gets the gradient. After a ReLU that
 * happens at zero (but for rounding), where the ReLU stops the gradient anyway.
 */
const pool = withGradient(
  ([image], save) => {
    const pooled = tf.maxPool(image as tf.Tensor4D, 2, 2, "valid");
    save([image, pooled]);
    return pooled;
  },
  (upstream, [image, pooled]) => {
    const [batch, height, width, channels] = image.shape as number[];
    const rowPairs = [batch * height / 2, 2, width / 2, 2 * channels];
    const spread = (small: tf.Tensor) => {
      const row = tf.reshape(small, [batch * height / 2, 1, width / 2, channels]);
      const wide = tf.concat([row, row], 3);
      return tf.concat([wide, wide], 1);
    };
    const isMaximum = tf.cast(tf.equal(tf.reshape(image, rowPairs), spread(pooled)), "float32");
    return [tf.reshape(tf.mul(spread(upstream), isMaximum), image.shape)];
  },
);

function batchNormRelu(
  image: tf.Tensor4D,
  norm: BatchNorm,
  collect: CollectStatistics,
): tf.Tensor {
  const count = image.size / image.shape[3];
  const operation = withGradient(
    ([image, scale, shift], save) => {
      const mean = tf.div(sumOverPixels(image), count);
      const variance = tf.div(sumOverPixels(tf.square(tf.sub(image, mean))), count);
      const inverse = tf.rsqrt(tf.add(variance, batchNormEpsilon));
      const unbiased = tf.mul(variance, count / Math.max(count - 1, 1));
      collect(tf.keep(tf.clone(mean) as tf.Tensor1D), tf.keep(unbiased as tf.Tensor1D));
      const factor = tf.mul(scale, inverse);
      const activated = tf.relu(
        tf.add(tf.mul(image, factor), tf.sub(shift, tf.mul(mean, factor))),
      );
      save([image, scale, mean, inverse, activated]);
      return activated;
    },
    (upstream, [image, scale, mean, inverse, activated]) => {
      const normalised = tf.mul(upstream, tf.step(activated));
      const shiftGradient = sumOverPixels(normalised);
      const centred = tf.mul(tf.sub(image, mean), inverse);
      const scaleGradient = sumOverPixels(tf.mul(normalised, centred));
      const common = tf.add(
        tf.div(shiftGradient, count),
        tf.mul(centred, tf.div(scaleGradient, count)),
      );
      const imageGradient = tf.mul(tf.sub(normalised, common), tf.mul(scale, inverse));
      return [imageGradient, scaleGradient, shiftGradient];
    },
  );
  return operation(image, norm.scale, norm.shift);
}

/** Operations of the backends `wasm` and `cpu`. */
export const portableKernels: Kernels = {
  ...vectorKernels,
  narrow: (image) => image,
  widen: (logits) => logits,
  convolution: (image, weight, bias, imageGradient) => {
    const operation = imageGradient ? innerConvolution : firstConvolution;
    return operation(image, weight, bias) as tf.Tensor4D;
  },
  depthwiseConvolution: (image, weight) => depthwiseConvolution(image, weight) as tf.Tensor4D,
  batchNormRelu: (image, norm, collect) => batchNormRelu(image, norm, collect) as tf.Tensor4D,
  frozenBatchNormRelu: (image, { scale, shift, runningMean, runningVariance }) => {
    const factor = tf.mul(scale, tf.rsqrt(tf.add(runningVariance, batchNormEpsilon)));
    const offset = tf.sub(shift, tf.mul(runningMean, factor));
    return tf.relu(tf.add(tf.mul(image, factor), offset));
  },
  maxPool: (image) => pool(image) as tf.Tensor4D,
  upsample: (image, weight) => upsampling(image, weight) as tf.Tensor4D,
};
