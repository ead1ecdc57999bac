/**
 * The U-Net as a graph for inference: which operator follows which, whatever they compute in.
 *
 * @module
 */
import type { FloatTensor, StateDict } from "../network/state_dict.ts";
import {
  encoderLayer,
  headLayer,
  type UNetArchitecture,
  upsampleLayer,
} from "../network/unet_architecture.ts";
import { type Convolution, foldBatchNorm } from "./fold_batch_norm.ts";
import type { Attributes } from "./onnx_graph.ts";

/** Writes the operators. Each takes values, the name of its layer, such as `layers.0.conv1`, and weights. */
export interface UNetOperators<Value> {
  /** Convolution of 3x3 or 1x1, zero padding that keeps the size, then ReLU. */
  convolutionRelu(input: Value, name: string, weights: Convolution): Value;
  /** 3x3 convolution of each channel by itself, zero padding that keeps the size; `weight` is [channels, 1, 3, 3]. */
  depthwiseConvolution(input: Value, name: string, weight: FloatTensor): Value;
  /** 2x2 maximum with stride 2. */
  maxPool(input: Value, name: string): Value;
  /** Transposed convolution 2x2 with stride 2; `weight` is [in, out, 2, 2]. */
  upsample(input: Value, name: string, weight: FloatTensor): Value;
  concatenate(upsampled: Value, skip: Value, name: string): Value;
  /** 1x1 convolution and sigmoid: the end. */
  probability(input: Value, name: string, weights: Convolution): Value;
}

/** A 2x2 window that moves by its own size. */
export const halving: Attributes = { kernel_shape: [2, 2], strides: [2, 2] };

/** Attributes of a convolution that keeps the size; `shape` is its kernel's, [out, in, height, width]. */
export function samePadding(shape: readonly number[]) {
  const [height, width] = shape.slice(2);
  return {
    kernel_shape: [height, width],
    pads: [height >> 1, width >> 1, height >> 1, width >> 1],
  };
}

/** The same of a convolution of each channel by itself; `shape` is [channels, 1, height, width]. */
export function samePaddingByChannel(shape: readonly number[]) {
  return { ...samePadding(shape), group: shape[0] };
}

/** The name of the ReLU after a convolution: `layers.0.relu1` after `layers.0.conv1` and `layers.0.conv1.pointwise`. */
export function reluName(convolution: string): string {
  return convolution.replace(".conv", ".relu").replace(".pointwise", "");
}

/**
 * Writes the network from image to probability. Batch normalisation is folded into the convolutions.
 *
 * @param weights Those of the architecture.
 * @returns What {@linkcode UNetOperators.probability} gave.
 */
export function writeUNet<Value>(
  architecture: UNetArchitecture,
  weights: StateDict,
  image: Value,
  operators: UNetOperators<Value>,
): Value {
  const { depth } = architecture, skips: Value[] = [];
  const block = (input: Value, layer: number) =>
    [1, 2].reduce((value, half) => {
      const name = `layers.${layer}.conv${half}`, depthwise = `${name}.depthwise`;
      const weight = weights.get(`${depthwise}.weight`);
      const filtered = weight ? operators.depthwiseConvolution(value, depthwise, weight) : value;
      const last = weight ? `${name}.pointwise` : name, norm = `layers.${layer}.bn${half}`;
      return operators.convolutionRelu(filtered, last, foldedConvolution(weights, last, norm));
    }, input);
  let current = block(image, encoderLayer(0));
  for (let level = 1; level < depth; level++) {
    skips.push(current);
    current = operators.maxPool(current, `layers.${encoderLayer(level) - 1}`);
    current = block(current, encoderLayer(level));
  }
  for (let step = 0; step < depth - 1; step++) {
    const layer = upsampleLayer(architecture, step), name = `layers.${layer}`;
    const upsampled = operators.upsample(current, name, weights.get(`${name}.weight`)!);
    current = operators.concatenate(upsampled, skips.pop()!, `${name}.skip`);
    current = block(current, layer + 1);
  }
  const head = `layers.${headLayer(architecture)}`;
  return operators.probability(current, head, {
    weight: weights.get(`${head}.weight`)!,
    bias: weights.get(`${head}.bias`)!,
  });
}

/** A convolution with the batch normalisation after it in it. */
function foldedConvolution(weights: StateDict, name: string, norm: string): Convolution {
  const tensor = (name: string) => weights.get(name)!;
  return foldBatchNorm({
    weight: tensor(`${name}.weight`),
    bias: tensor(`${name}.bias`),
  }, {
    weight: tensor(`${norm}.weight`),
    bias: tensor(`${norm}.bias`),
    mean: tensor(`${norm}.running_mean`),
    variance: tensor(`${norm}.running_var`),
  });
}
