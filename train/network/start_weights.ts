/**
 * The weights that a training starts from: random ones, or as much as fits of a network trained before.
 *
 * @module
 */
import type { TrainedNetwork } from "../export/build_model.ts";
import { initialWeights } from "./initialization.ts";
import type { StateDict } from "./state_dict.ts";
import {
  encoderLayer,
  headLayer,
  type UNetArchitecture,
  upsampleLayer,
} from "./unet_architecture.ts";

/**
 * Random weights, each replaced by that of `trained` in the same place where the shapes agree. A network with more
 * levels than `trained` gets them on top: what `trained` saw at its full resolution is then seen at half of it, so
 * that a network for half the resolution grows into one for the whole.
 *
 * @param seed Of the random weights.
 * @throws {RangeError} when `trained` has more levels than the network, or none of its kernels fits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { initialWeights } from "./initialization.ts";
 * const small = { inputChannels: 3, outputChannels: 1, features: [4, 8], depth: 2 };
 * const trained = { architecture: small, weights: initialWeights(small, 1) };
 * const large = { ...small, features: [2, 4, 8], depth: 3 };
 * const weights = startWeights(large, 42, trained);
 * assert.equal(weights.get("layers.4.conv1.weight"), trained.weights.get("layers.2.conv1.weight"));
 * ```
 */
export function startWeights(
  architecture: UNetArchitecture,
  seed: number,
  trained?: TrainedNetwork,
): StateDict {
  const weights = initialWeights(architecture, seed);
  if (!trained) return weights;
  const places = layerPlaces(trained.architecture, architecture);
  let kernels = 0;
  for (const [name, tensor] of trained.weights) {
    const [, layer, rest] = /^layers\.(\d+)\.(.*)$/.exec(name)!;
    const place = `layers.${places.get(Number(layer))}.${rest}`;
    if (weights.get(place)?.shape.join() !== tensor.shape.join()) continue;
    weights.set(place, tensor);
    if (tensor.shape.length === 4) kernels++;
  }
  if (kernels > 0) return weights;
  throw new RangeError(
    "Cannot start from the trained network as some of its kernels must fit: it has features " +
      `${[trained.architecture.features].flat()}, the network to train ${
        [architecture.features].flat()
      }`,
  );
}

/**
 * The convolutions whose kernels {@linkcode startWeights} did not take from the trained network, by PyTorch's names,
 * such as `layers.0.conv1`.
 */
export function newKernels(weights: StateDict, trained: TrainedNetwork): string[] {
  const taken = new Set(trained.weights.values());
  return [...weights].filter(([, tensor]) => tensor.shape.length === 4 && !taken.has(tensor))
    .map(([name]) => name.replace(/\.weight$/, ""));
}

/** Which layer of the deeper network each layer of the other one becomes. */
function layerPlaces(from: UNetArchitecture, to: UNetArchitecture): Map<number, number> {
  const added = to.depth - from.depth, places = new Map<number, number>();
  if (added < 0) {
    throw new RangeError(
      `Cannot start from the trained network as its depth must be at most ${to.depth}: ` +
        `current value is ${from.depth}; --depth ${from.depth} trains one that is as deep`,
    );
  }
  for (let level = 0; level < from.depth; level++) {
    places.set(encoderLayer(level), encoderLayer(level + added));
  }
  // Decoder steps count from the lowest resolution, which both have in common.
  for (let step = 0; step < from.depth - 1; step++) {
    const [before, after] = [upsampleLayer(from, step), upsampleLayer(to, step)];
    places.set(before, after).set(before + 1, after + 1);
  }
  if (added === 0) places.set(headLayer(from), headLayer(to));
  return places;
}
