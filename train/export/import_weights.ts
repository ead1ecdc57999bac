/**
 * Weights of the reference method's U-Net, as PyTorch names them, out of a safetensors file.
 *
 * @module
 */
import { printable } from "../../shared/printable.ts";
import { assertWeights } from "../network/assert_weights.ts";
import type { TrainedNetwork } from "./build_model.ts";
import { floatTensors } from "../run/checkpoint.ts";
import { readSafetensors, type SafeTensor } from "../storage/safetensors.ts";
import {
  encoderLayer,
  parseFeatures,
  type UNetArchitecture,
} from "../network/unet_architecture.ts";

/** PyTorch counts batches in each batch normalisation; the network does not need the count. */
const batchCounter = /\.num_batches_tracked$/;

/**
 * Reads weights. The architecture is taken from the file's metadata (`in_channels`, `out_channels`,
 * `n_features`, `depth`) where they are there, else from the weights' names and shapes.
 *
 * @throws {SafetensorsError} when the file is damaged.
 * @throws {TypeError} when weights are missing, unknown, misshaped, not finite or not 32-bit floats: all
 * are listed.
 * @throws {RangeError} when no U-Net has such an architecture.
 */
export function importWeights(bytes: Uint8Array): TrainedNetwork {
  const { tensors, metadata } = readSafetensors(bytes);
  const counted = new Map([...tensors].filter(([name]) => !batchCounter.test(name)));
  assertFloats(counted);
  const architecture = architectureOf(counted, metadata);
  const weights = floatTensors(counted);
  assertWeights(architecture, weights);
  return { architecture, weights };
}

function assertFloats(tensors: ReadonlyMap<string, SafeTensor>): void {
  const others = [...tensors].filter(([, { dtype }]) => dtype !== "F32");
  if (!others.length) return;
  throw new TypeError(
    "Cannot import the weights as they must be 32-bit floats (F32): " +
      printable(others.map(([name, { dtype }]) => `${name} is ${dtype}`).join("; "), 300),
  );
}

function architectureOf(
  tensors: ReadonlyMap<string, SafeTensor>,
  metadata: Readonly<Record<string, string>>,
): UNetArchitecture {
  const shapeOf = (name: string): readonly number[] => {
    const tensor = tensors.get(name);
    if (tensor) return tensor.shape;
    throw new TypeError(
      `Cannot import the weights as ${name} must be among them: they are ${
        [...tensors.keys()].slice(0, 5).map((name) => printable(name)).join(", ")
      }, ...`,
    );
  };
  // The head is the last layer, number 4 depth - 3.
  const numbers = [...tensors.keys()].map((name) => /^layers\.(\d+)\./.exec(name)?.[1]);
  const head = Math.max(...numbers.map((number) => Number(number ?? 0)));
  const { in_channels, out_channels, n_features, depth } = metadata;
  const levels = Number(depth ?? (head + 3) / 4);
  const separable = tensors.has("layers.0.conv2.depthwise.weight");
  const featuresOf = (levels: number) => {
    const last = separable ? "conv2.pointwise" : "conv2";
    const all = Array.from(
      { length: levels },
      (_, level) => shapeOf(`layers.${encoderLayer(level)}.${last}.weight`)[0],
    );
    return new Set(all).size === 1 ? all[0] : all;
  };
  return {
    inputChannels: Number(in_channels ?? shapeOf("layers.0.conv1.weight")[1]),
    outputChannels: Number(out_channels ?? shapeOf(`layers.${head}.weight`)[0]),
    features: n_features === undefined ? featuresOf(levels) : parseFeatures(n_features),
    depth: levels,
    ...(separable && { separable }),
  };
}
