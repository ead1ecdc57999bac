/**
 * The U-Net as an ONNX file that ONNX Runtime Web runs: input `image` [N, C, H, W] of scaled values,
 * output `probability` [N, 1, H, W] from 0 to 1; batch, height and width are free.
 *
 * @module
 */
import { tensorNames } from "../../shared/inference/tensor_names.ts";
import { assertWeights } from "../network/assert_weights.ts";
import type { Convolution } from "./fold_batch_norm.ts";
import { OnnxGraph } from "./onnx_graph.ts";
import type { FloatTensor, StateDict } from "../network/state_dict.ts";
import type { UNetArchitecture } from "../network/unet_architecture.ts";
import {
  halving,
  reluName,
  samePadding,
  samePaddingByChannel,
  type UNetOperators,
  writeUNet,
} from "./unet_graph.ts";
import { encodeUNet, type OnnxMetadata } from "./unet_file.ts";

/**
 * Writes the network with its weights as ONNX (operator set 17). Batch normalisation is folded into the
 * convolutions; metadata go into the file's `metadata_props` as JSON.
 *
 * @throws {TypeError} when a weight is missing, has another shape, is not part of the network, or is not finite.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import type { StateDict } from "../network/state_dict.ts";
 * import { unetWeights } from "../network/unet_architecture.ts";
 * const architecture = { inputChannels: 1, outputChannels: 1, features: 2, depth: 2 };
 * const weights: StateDict = new Map(
 *   unetWeights(architecture).map(({ name, shape }) => {
 *     const size = shape.reduce((product, length) => product * length, 1);
 *     return [name, { shape, data: new Float32Array(size).fill(0.1) }];
 *   }),
 * );
 * const bytes = exportOnnx(architecture, weights, {
 *   preprocessing: { method: "percentile", low: 10, high: 99 },
 *   threshold: 0.5,
 *   licence: "MIT",
 *   sequences: ["FLAIR"],
 * });
 * assert.ok(bytes.length > 1000);
 * ```
 */
export function exportOnnx(
  architecture: UNetArchitecture,
  weights: StateDict,
  metadata: OnnxMetadata,
): Uint8Array<ArrayBuffer> {
  return encodeUNet(floatGraph(architecture, weights).graph, architecture, metadata);
}

/** A network's graph, and the names of the values in it that are activations. */
export interface FloatGraph {
  readonly graph: OnnxGraph;
  readonly activations: readonly string[];
}

/** The graph without the file around it. */
export function floatGraph(architecture: UNetArchitecture, weights: StateDict): FloatGraph {
  assertWeights(architecture, weights);
  const graph = new OnnxGraph(), operators = new FloatOperators(graph);
  writeUNet(architecture, weights, tensorNames.input, operators);
  return { graph, activations: operators.activations };
}

/** The operators of a network that computes in 32-bit floats; values go by their names. */
class FloatOperators implements UNetOperators<string> {
  readonly #graph: OnnxGraph;
  /** Outputs of ReLUs, of transposed and of depthwise convolutions. */
  readonly activations: string[] = [];

  constructor(graph: OnnxGraph) {
    this.#graph = graph;
  }

  convolutionRelu(input: string, name: string, weights: Convolution): string {
    const convolved = this.#convolution(input, name, weights);
    return this.#activation(this.#graph.node("Relu", [convolved], reluName(name)));
  }

  depthwiseConvolution(input: string, name: string, weight: FloatTensor): string {
    const inputs = [input, this.#graph.weight(`${name}.weight`, weight)];
    return this.#activation(
      this.#graph.node("Conv", inputs, name, samePaddingByChannel(weight.shape)),
    );
  }

  maxPool(input: string, name: string): string {
    return this.#graph.node("MaxPool", [input], name, halving);
  }

  upsample(input: string, name: string, weight: FloatTensor): string {
    const inputs = [input, this.#graph.weight(`${name}.weight`, weight)];
    return this.#activation(this.#graph.node("ConvTranspose", inputs, name, halving));
  }

  #activation(name: string): string {
    this.activations.push(name);
    return name;
  }

  concatenate(upsampled: string, skip: string, name: string): string {
    return this.#graph.node("Concat", [upsampled, skip], name, { axis: 1 });
  }

  probability(input: string, name: string, weights: Convolution): string {
    return this.#graph.node(
      "Sigmoid",
      [this.#convolution(input, name, weights)],
      tensorNames.output,
    );
  }

  #convolution(input: string, name: string, { weight, bias }: Convolution): string {
    const inputs = [
      input,
      this.#graph.weight(`${name}.weight`, weight),
      this.#graph.weight(`${name}.bias`, bias),
    ];
    return this.#graph.node("Conv", inputs, name, samePadding(weight.shape));
  }
}
