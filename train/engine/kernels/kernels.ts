/**
 * The few operations a U-Net is made of, each with its gradient. Engines differ in which of them they can
 * do in one fused pass, so every engine brings its own set.
 *
 * All images are [batch, height, width, channels].
 *
 * @module
 */
import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs";

/** Weights and running statistics of one batch normalisation, one number per channel. */
export interface BatchNorm {
  readonly scale: Tensor1D;
  readonly shift: Tensor1D;
  readonly runningMean: Tensor1D;
  readonly runningVariance: Tensor1D;
}

/** Running statistics after a batch was seen. */
export interface RunningStatistics {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/**
 * As in PyTorch's `BatchNorm2d`: added to the variance before the root, and the weight of a new batch in
 * the running statistics (whose variance is the unbiased one).
 */
export const batchNormEpsilon = 1e-5;
export const batchNormMomentum = 0.1;

/** An engine's operations. */
export interface Kernels {
  /** The network's input in the type that activations have (bfloat16, say); itself where that is float32. */
  narrow(image: Tensor4D): Tensor4D;
  /** The other way round, for the network's output: loss and mask are computed in float32. */
  widen(logits: Tensor4D): Tensor4D;
  /**
   * Stride 1, zero padding that keeps the size. `weight` is [height, width, in, out].
   * `imageGradient` is false where the image is the network's input, whose gradient nobody asks for.
   */
  convolution(
    image: Tensor4D,
    weight: Tensor4D,
    bias: Tensor1D,
    imageGradient: boolean,
  ): Tensor4D;
  /** Batch normalisation by the batch's own statistics, then ReLU; hands the updated running ones to `collect`. */
  batchNormRelu(
    image: Tensor4D,
    norm: BatchNorm,
    collect: (statistics: RunningStatistics) => void,
  ): Tensor4D;
  /** Batch normalisation by the running statistics, then ReLU. No gradient. */
  frozenBatchNormRelu(image: Tensor4D, norm: BatchNorm): Tensor4D;
  /** 2x2 maximum with stride 2. */
  maxPool(image: Tensor4D): Tensor4D;
  /** Transposed convolution 2x2 with stride 2: twice the height and width. `weight` is [2, 2, out, in]. */
  upsample(image: Tensor4D, weight: Tensor4D): Tensor4D;
}
