/**
 * The U-Net as an ONNX file that ONNX Runtime Web runs: input `image` [N, C, H, W] of scaled values,
 * output `probability` [N, 1, H, W] from 0 to 1; batch, height and width are free.
 *
 * @module
 */
import type { ModelCard } from "../../shared/model_card.ts";
import { assertWeights } from "../network/assert_weights.ts";
import { type Convolution, foldBatchNorm } from "./fold_batch_norm.ts";
import { OnnxGraph } from "./onnx_graph.ts";
import type { FloatTensor, StateDict } from "../network/state_dict.ts";
import {
  encoderLayer,
  headLayer,
  type UNetArchitecture,
  upsampleLayer,
} from "../network/unet_architecture.ts";

/** What the file says about itself beside the weights, so that it can be used right without its card. */
export interface OnnxMetadata extends Pick<ModelCard, "preprocessing" | "threshold" | "licence"> {
  /** Which sequence each input channel takes, such as `["FLAIR"]`. */
  readonly sequences: readonly string[];
}

/** Name of the file's input, and of its output. */
export const inputName = "image", outputName = "probability";

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
  assertWeights(architecture, weights);
  const graph = new OnnxGraph();
  const network = new NetworkWriter(graph, weights);
  network.write(architecture);
  return graph.encode(
    { name: inputName, axes: ["batch", architecture.inputChannels, "height", "width"] },
    { name: outputName, axes: ["batch", architecture.outputChannels, "height", "width"] },
    {
      graphName: "unet",
      producer: "gliomap",
      metadata: {
        architecture: JSON.stringify({ kind: "unet", ...architecture }),
        preprocessing: JSON.stringify(metadata.preprocessing),
        sequences: JSON.stringify(metadata.sequences),
        threshold: String(metadata.threshold),
        licence: metadata.licence,
      },
    },
  );
}

class NetworkWriter {
  readonly #graph: OnnxGraph;
  readonly #weights: StateDict;

  constructor(graph: OnnxGraph, weights: StateDict) {
    this.#graph = graph;
    this.#weights = weights;
  }

  write(architecture: UNetArchitecture): void {
    const { depth } = architecture, skips: string[] = [];
    let current = inputName;
    for (let level = 0; level < depth; level++) {
      if (level > 0) {
        skips.push(current);
        const pool = `layers.${encoderLayer(level) - 1}`;
        current = this.#graph.node("MaxPool", [current], pool, halving);
      }
      current = this.#block(current, encoderLayer(level));
    }
    for (let step = 0; step < depth - 1; step++) {
      const layer = upsampleLayer(architecture, step);
      const upsampled = this.#upsample(current, layer);
      const joined = [upsampled, skips.pop()!];
      current = this.#graph.node("Concat", joined, `layers.${layer}.skip`, { axis: 1 });
      current = this.#block(current, layer + 1);
    }
    const head = `layers.${headLayer(architecture)}`;
    const logits = this.#convolution(current, head, {
      weight: this.#tensor(`${head}.weight`),
      bias: this.#tensor(`${head}.bias`),
    });
    this.#graph.node("Sigmoid", [logits], outputName);
  }

  /** Twice: 3x3 convolution with its batch normalisation folded in, ReLU. */
  #block(input: string, layer: number): string {
    let current = input;
    for (const half of [1, 2]) {
      const name = `layers.${layer}.conv${half}`, norm = `layers.${layer}.bn${half}`;
      const folded = foldBatchNorm({
        weight: this.#tensor(`${name}.weight`),
        bias: this.#tensor(`${name}.bias`),
      }, {
        weight: this.#tensor(`${norm}.weight`),
        bias: this.#tensor(`${norm}.bias`),
        mean: this.#tensor(`${norm}.running_mean`),
        variance: this.#tensor(`${norm}.running_var`),
      });
      const convolved = this.#convolution(current, name, folded);
      current = this.#graph.node("Relu", [convolved], `layers.${layer}.relu${half}`);
    }
    return current;
  }

  #convolution(input: string, name: string, { weight, bias }: Convolution): string {
    const [height, width] = weight.shape.slice(2);
    const pads = [height >> 1, width >> 1, height >> 1, width >> 1];
    const inputs = [
      input,
      this.#graph.weight(`${name}.weight`, weight),
      this.#graph.weight(`${name}.bias`, bias),
    ];
    return this.#graph.node("Conv", inputs, name, { kernel_shape: [height, width], pads });
  }

  #upsample(input: string, layer: number): string {
    const name = `layers.${layer}`;
    const weight = this.#graph.weight(`${name}.weight`, this.#tensor(`${name}.weight`));
    return this.#graph.node("ConvTranspose", [input, weight], name, halving);
  }

  #tensor(name: string): FloatTensor {
    return this.#weights.get(name)!;
  }
}

/** A 2x2 window that moves by its own size. */
const halving = { kernel_shape: [2, 2], strides: [2, 2] };
