/**
 * The U-Net as an ONNX file that computes in eight bits (QOperator form): a quarter of the size. On a WebAssembly
 * thread it is faster where convolutions are plain, slower where they are separable (train/models.md).
 *
 * @module
 */
import { tensorNames } from "../../../shared/inference/tensor_names.ts";
import { assertWeights } from "../../network/assert_weights.ts";
import type { FloatTensor, StateDict } from "../../network/state_dict.ts";
import type { UNetArchitecture } from "../../network/unet_architecture.ts";
import type { Convolution } from "../fold_batch_norm.ts";
import { type Attributes, OnnxGraph } from "../onnx_graph.ts";
import { encodeUNet, type OnnxMetadata } from "../unet_file.ts";
import {
  halving,
  reluName,
  samePadding,
  samePaddingByChannel,
  type UNetOperators,
  writeUNet,
} from "../unet_graph.ts";
import type { ActivationRange } from "./activation_range.ts";
import { pixelShuffleKernel } from "./pixel_shuffle.ts";
import { type Quantization, quantizationOf, quantizeBias, quantizeKernel } from "./quantization.ts";

/**
 * Writes the network in eight bits: activations unsigned with one scale a tensor, kernels signed with one scale an
 * output channel. The last convolution, to one channel, stays in floats.
 *
 * @param ranges Of every activation, as `activationRanges` gives them.
 * @throws {TypeError} when a weight or a range is missing, or a weight is not the architecture's.
 */
export function exportInt8(
  architecture: UNetArchitecture,
  weights: StateDict,
  ranges: ReadonlyMap<string, ActivationRange>,
  metadata: OnnxMetadata,
): Uint8Array<ArrayBuffer> {
  assertWeights(architecture, weights);
  const graph = new OnnxGraph(), operators = new QuantizedOperators(graph, ranges);
  writeUNet(architecture, weights, operators.quantize(tensorNames.input), operators);
  return encodeUNet(graph, architecture, metadata);
}

/** Zero for each output channel of a kernel. */
function noBias({ shape: [outputs] }: FloatTensor): FloatTensor {
  return { shape: [outputs], data: new Float32Array(outputs) };
}

/** A value in the graph: integers, and what they stand for. */
interface QuantizedValue {
  readonly name: string;
  readonly quantization: Quantization;
  readonly range: ActivationRange;
}

/** Operators on 8-bit values. */
class QuantizedOperators implements UNetOperators<QuantizedValue> {
  readonly #graph: OnnxGraph;
  readonly #ranges: ReadonlyMap<string, ActivationRange>;

  constructor(graph: OnnxGraph, ranges: ReadonlyMap<string, ActivationRange>) {
    this.#graph = graph;
    this.#ranges = ranges;
  }

  /** The image, which comes in floats. */
  quantize(image: string): QuantizedValue {
    const value = this.#valueOf(image, this.#rangeOf(image), `${image}.quantized`);
    this.#graph.node("QuantizeLinear", [image, ...this.#constants(value)], value.name);
    return value;
  }

  /** Zero stands at the lower end of what a ReLU gives, so that 8-bit values which cannot be less are its ReLU. */
  convolutionRelu(input: QuantizedValue, name: string, weights: Convolution): QuantizedValue {
    const { high } = this.#rangeOf(reluName(name));
    const output = this.#valueOf(reluName(name), { low: 0, high });
    return this.#convolution(input, output, name, weights);
  }

  depthwiseConvolution(input: QuantizedValue, name: string, weight: FloatTensor): QuantizedValue {
    const output = this.#valueOf(name, this.#rangeOf(name));
    const convolution = { weight, bias: noBias(weight) };
    return this.#convolution(
      input,
      output,
      name,
      convolution,
      samePaddingByChannel(weight.shape),
    );
  }

  maxPool(input: QuantizedValue, name: string): QuantizedValue {
    return { ...input, name: this.#graph.node("MaxPool", [input.name], name, halving) };
  }

  /** ONNX has no transposed convolution in eight bits; a 1x1 one to four times the channels and a shuffle is the same. */
  upsample(input: QuantizedValue, name: string, weight: FloatTensor): QuantizedValue {
    const kernel = pixelShuffleKernel(weight);
    const range = this.#rangeOf(name), shuffled = `${name}.shuffle`;
    const output = this.#valueOf(name, range, shuffled);
    this.#convolution(input, output, shuffled, { weight: kernel, bias: noBias(kernel) });
    const shuffle: Attributes = { blocksize: 2, mode: "CRD" };
    return { ...output, name: this.#graph.node("DepthToSpace", [shuffled], name, shuffle) };
  }

  concatenate(upsampled: QuantizedValue, skip: QuantizedValue, name: string): QuantizedValue {
    const low = Math.min(upsampled.range.low, skip.range.low);
    const high = Math.max(upsampled.range.high, skip.range.high);
    const output = this.#valueOf(name, { low, high });
    const inputs = [upsampled, skip].flatMap((part) => [part.name, ...this.#constants(part)]);
    const all = [...this.#constants(output), ...inputs];
    this.#graph.node("com.microsoft.QLinearConcat", all, name, { axis: 1 });
    return output;
  }

  probability(input: QuantizedValue, name: string, { weight, bias }: Convolution): QuantizedValue {
    const inputs = [input.name, ...this.#constants(input)];
    const real = this.#graph.node("DequantizeLinear", inputs, `${input.name}.real`);
    const constants = [
      this.#graph.weight(`${name}.weight`, weight),
      this.#graph.weight(`${name}.bias`, bias),
    ];
    const logits = this.#graph.node("Conv", [real, ...constants], name, samePadding(weight.shape));
    return { ...input, name: this.#graph.node("Sigmoid", [logits], tensorNames.output) };
  }

  #convolution(
    input: QuantizedValue,
    output: QuantizedValue,
    name: string,
    { weight, bias }: Convolution,
    attributes: Attributes = samePadding(weight.shape),
  ): QuantizedValue {
    const { data, shape, scales } = quantizeKernel(weight);
    const channels = [scales.length], zeros = new Int8Array(scales.length);
    const sums = quantizeBias(bias.data, input.quantization, scales);
    const inputs = [
      ...[input.name, ...this.#constants(input)],
      this.#graph.weight(`${name}.weight`, { shape, data }),
      this.#graph.weight(`${name}.weight.scale`, { shape: channels, data: scales }),
      this.#graph.weight(`${name}.weight.zero`, { shape: channels, data: zeros }),
      ...this.#constants(output),
      this.#graph.weight(`${name}.bias`, { shape: channels, data: sums }),
    ];
    this.#graph.node("QLinearConv", inputs, output.name, attributes);
    return output;
  }

  #rangeOf(name: string): ActivationRange {
    const range = this.#ranges.get(name);
    if (range) return range;
    throw new TypeError(`Cannot quantize the network as the range of ${name} must be known`);
  }

  #valueOf(source: string, range: ActivationRange, name = source): QuantizedValue {
    return { name, quantization: quantizationOf(range), range };
  }

  /** Scale and zero point as constants of the graph, named for what they say: equal ones are one. */
  readonly #known = new Set<string>();

  #constants({ quantization: { scale, zeroPoint } }: QuantizedValue): [string, string] {
    const names: [string, string] = [`scale.${scale}`, `zero.${zeroPoint}`];
    const data = [Float32Array.of(scale), Uint8Array.of(zeroPoint)];
    names.forEach((name, index) => {
      if (this.#known.has(name)) return;
      this.#known.add(name);
      this.#graph.weight(name, { shape: [], data: data[index] });
    });
    return names;
  }
}
