/**
 * The few operations a U-Net is made of, each with its gradient. Engines differ in which of them they can
 * do in one fused pass, so every engine brings its own set.
 *
 * All images are [batch, height, width, channels].
 *
 * @module
 */
import type { Rank, Scalar, Tensor, Tensor1D, Tensor4D, Variable } from "@tensorflow/tfjs";

/** Weights of one batch normalisation, one number per channel. */
export interface BatchNorm {
  readonly scale: Tensor1D;
  readonly shift: Tensor1D;
}

/** The same with the statistics that many batches had. */
export interface FrozenBatchNorm extends BatchNorm {
  readonly runningMean: Tensor1D;
  readonly runningVariance: Tensor1D;
}

/** Takes a batch's own means, then its unbiased variances, of all channels: in one vector or two, to be disposed of. */
export type CollectStatistics = (...vectors: Tensor1D[]) => void;

/** Added to the variance before the root, as in PyTorch's `BatchNorm2d`. */
export const batchNormEpsilon = 1e-5;

/** The weight of a new batch in the running statistics (whose variance is the unbiased one), as in `BatchNorm2d`. */
export const batchNormMomentum = 0.1;

/** Flat vectors of all parameters, and of what Adam remembers of their gradients. */
export interface AdamVectors {
  readonly parameters: Tensor1D;
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/** A number that changes from step to step; on the engine, a scalar, within `Kernels.runAsOne`. */
export type Changing = number | Scalar;

/** The numbers of Adam that change from step to step. */
export interface AdamStepRates<Value extends Changing = number> {
  readonly beta1: Value;
  /** What is left of each parameter before it moves: 1 without weight decay. */
  readonly kept: Value;
  /** The learning rate, the mean's bias corrected. */
  readonly rate: Value;
  /** What the root of the variance is divided by. */
  readonly rootCorrection: Value;
}

/** The numbers of one step of Adam. */
export interface AdamRates<Value extends Changing = number> extends AdamStepRates<Value> {
  readonly beta2: number;
  readonly epsilon: number;
  /** Longest gradient that is used as it is; 0: any. */
  readonly clipNorm: number;
}

/** Work that is the same whenever it is done, but for the numbers in its tensors. */
export interface Work {
  /** What it depends on besides tensors: where one of these is another, it is other work. */
  readonly dependencies: readonly unknown[];
  /** What it reads and assigns. */
  readonly variables: readonly Variable<Rank.R1>[];
  readonly inputs: readonly Tensor[];
  /** Computes from variables and inputs alone, on the engine alone, and assigns the variables. */
  run(inputs: readonly Tensor[]): Tensor[];
}

/** An engine's operations. */
export interface Kernels {
  /** The network's input in the type that activations have (bfloat16, say); itself where it is of that already. */
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
  /**
   * A kernel of its own for each channel, without bias: the first half of a separable convolution. Stride 1, zero
   * padding that keeps the size. `weight` is [height, width, 1, channels].
   */
  depthwiseConvolution(image: Tensor4D, weight: Tensor4D): Tensor4D;
  /** Batch normalisation by the batch's own statistics, which go to `collect` as well, then ReLU. */
  batchNormRelu(image: Tensor4D, norm: BatchNorm, collect: CollectStatistics): Tensor4D;
  /** Batch normalisation by the running statistics, then ReLU. No gradient. */
  frozenBatchNormRelu(image: Tensor4D, norm: FrozenBatchNorm): Tensor4D;
  /** 2x2 maximum with stride 2. */
  maxPool(image: Tensor4D): Tensor4D;
  /** Transposed convolution 2x2 with stride 2: twice the height and width. `weight` is [2, 2, out, in]. */
  upsample(image: Tensor4D, weight: Tensor4D): Tensor4D;
  /**
   * The loss of fit/loss.ts in a pass of its own, the reference of type bool or float32. Absent: it is made of tensor
   * operations.
   */
  loss?(logits: Tensor4D, reference: Tensor4D, crossEntropyWeight: number): Scalar;
  /** The vectors after a step of Adam (fit/adam.ts); as they were where the condition, of type bool, does not hold. */
  adam(
    vectors: AdamVectors,
    gradient: Tensor1D,
    rates: AdamRates<Changing>,
    condition?: Scalar,
  ): AdamVectors;
  /** `kept * share + added * (1 - share)`; `kept` where the condition does not hold. */
  blend(kept: Tensor1D, added: Tensor1D, share: Changing, condition?: Scalar): Tensor1D;
  /**
   * Does work as a single operation of the engine, and gives its results. Absent: the engine has no such operation, or
   * is no faster with it.
   */
  runAsOne?(work: Work): Tensor[];
}
