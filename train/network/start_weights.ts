/**
 * The weights that a training starts from: random ones, or as much as fits of a network trained before.
 *
 * @module
 */
import type { TrainedNetwork } from "../export/build_model.ts";
import { initialWeights } from "./initialization.ts";
import { joinSeparable } from "./join_separable.ts";
import type { StateDict } from "./state_dict.ts";
import {
  encoderLayer,
  headLayer,
  type UNetArchitecture,
  upsampleLayer,
} from "./unet_architecture.ts";

/** The weights of a network that is to be trained. */
export interface StartWeights {
  readonly weights: StateDict;
  /** The convolutions whose kernels are random, by PyTorch's names, such as `layers.0.conv1`. */
  readonly newKernels: readonly string[];
}

/**
 * Random weights, each replaced by that of `trained` in the same place where the shapes agree. A network with more
 * levels than `trained` gets them on top: what `trained` saw at its full resolution is then seen at half of it, so
 * that a network for half the resolution grows into one for the whole. One with plain convolutions takes separable
 * ones as the plain ones that they are.
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
 * const { weights, newKernels } = startWeights(large, 42, trained);
 * assert.equal(weights.get("layers.4.conv1.weight"), trained.weights.get("layers.2.conv1.weight"));
 * assert.equal(newKernels.includes("layers.4.conv1"), false);
 * ```
 */
export function startWeights(
  architecture: UNetArchitecture,
  seed: number,
  trained?: TrainedNetwork,
): StartWeights {
  const weights = initialWeights(architecture, seed), kernels = new Set(kernelsOf(weights));
  if (!trained) return { weights, newKernels: [...kernels] };
  const start = architecture.separable ? trained : joinSeparable(trained);
  const places = layerPlaces(start.architecture, architecture);
  let taken = false;
  for (const [name, tensor] of start.weights) {
    const [, layer, rest] = /^layers\.(\d+)\.(.*)$/.exec(name)!;
    const place = `layers.${places.get(Number(layer))}.${rest}`;
    if (weights.get(place)?.shape.join() !== tensor.shape.join()) continue;
    weights.set(place, tensor);
    if (kernels.delete(convolutionOf(place))) taken = true;
  }
  if (taken) return { weights, newKernels: [...kernels] };
  throw new RangeError(
    "Cannot start from the trained network as some of its kernels must fit: it has features " +
      `${[trained.architecture.features].flat()}, the network to train ${
        [architecture.features].flat()
      }`,
  );
}

function kernelsOf(weights: StateDict): string[] {
  return [...weights].filter(([, { shape }]) => shape.length === 4)
    .map(([name]) => convolutionOf(name));
}

function convolutionOf(kernel: string): string {
  return kernel.replace(/\.weight$/, "");
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
