/**
 * Between a state dict (PyTorch's axis order) and the engine's two flat vectors: one of all parameters,
 * which the optimizer updates in a few operations whatever the number of layers, and one of all running
 * statistics.
 *
 * @module
 */
import type { FloatTensor, StateDict } from "./state_dict.ts";
import { type UNetArchitecture, unetWeights } from "./unet_architecture.ts";
import { sizeOf } from "../../shared/volume.ts";

/** A stretch of a flat vector. */
export interface FlatWeight {
  /** PyTorch's name. */
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /**
   * PyTorch's shape: kernels are [out, in, height, width], transposed ones [in, out, height, width], depthwise ones
   * [channels, 1, height, width].
   */
  readonly torchShape: readonly number[];
  /**
   * The engine's shape: kernels are [height, width, in, out], transposed ones [height, width, out, in], depthwise ones
   * [height, width, 1, channels].
   */
  readonly engineShape: readonly number[];
}

/** Which weight lies where in a flat vector. */
export type FlatLayout = readonly FlatWeight[];

/** The layout of all parameters (`trainable`) or of all running statistics. */
export function flatLayout(architecture: UNetArchitecture, trainable: boolean): FlatLayout {
  let offset = 0;
  return unetWeights(architecture).filter((spec) => spec.trainable === trainable).map(
    ({ name, shape: torchShape }) => {
      const [a, b, height, width] = torchShape;
      const engineShape = torchShape.length === 4 ? [height, width, b, a] : torchShape;
      const weight = { name, offset, size: sizeOf(torchShape), torchShape, engineShape };
      offset += weight.size;
      return weight;
    },
  );
}

/** How many numbers a flat vector has. */
export function flatSize(layout: FlatLayout): number {
  return layout.reduce((sum, { size }) => sum + size, 0);
}

/** Calls `visit` with the place of every element in PyTorch's order and in the engine's. */
function eachElement(weight: FlatWeight, visit: (torch: number, engine: number) => void) {
  const [a, b, height, width] = weight.torchShape.length === 4
    ? weight.torchShape
    : [weight.size, 1, 1, 1];
  let torch = 0;
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let pixel = 0; pixel < height * width; pixel++, torch++) {
        visit(torch, weight.offset + (pixel * b + j) * a + i);
      }
    }
  }
}

/** The flat vector of a state dict that has every weight of the layout. */
export function flatten(layout: FlatLayout, weights: StateDict): Float32Array {
  const flat = new Float32Array(flatSize(layout));
  for (const weight of layout) {
    const { data } = weights.get(weight.name)!;
    eachElement(weight, (torch, engine) => flat[engine] = data[torch]);
  }
  return flat;
}

/** The weights of a flat vector, back in PyTorch's axis order. */
export function unflatten(layout: FlatLayout, flat: Float32Array): [string, FloatTensor][] {
  return layout.map((weight) => {
    const data = new Float32Array(weight.size);
    eachElement(weight, (torch, engine) => data[torch] = flat[engine]);
    return [weight.name, { shape: weight.torchShape, data }];
  });
}
