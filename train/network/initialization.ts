/**
 * Random weights to start training from.
 *
 * @module
 */
import { sizeOf } from "../../shared/volume.ts";
import { seededRandom } from "../data/random.ts";
import type { StateDict } from "./state_dict.ts";
import { type UNetArchitecture, unetWeights } from "./unet_architecture.ts";

/**
 * PyTorch's default start: convolutions uniform within 1/sqrt(fan in), their biases too; batch
 * normalisations 1 and 0, running means 0, running variances 1. The same seed gives the same weights.
 *
 * Source: `torch.nn.Conv2d.reset_parameters` (Kaiming uniform with a = sqrt(5)), where the fan in of a
 * kernel is its second axis times its area, for transposed kernels too.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const weights = initialWeights({ inputChannels: 3, outputChannels: 1, features: 8, depth: 4 }, 42);
 * const bound = 1 / Math.sqrt(3 * 3 * 3);
 * assert.ok(weights.get("layers.0.conv1.weight")!.data.every((value) => Math.abs(value) <= bound));
 * assert.ok(weights.get("layers.0.bn1.running_var")!.data.every((value) => value === 1));
 * ```
 */
export function initialWeights(architecture: UNetArchitecture, seed: number): StateDict {
  const random = seededRandom(seed);
  const weights: StateDict = new Map();
  let bound = 0;
  for (const { name, shape } of unetWeights(architecture)) {
    const data = new Float32Array(sizeOf(shape));
    if (shape.length === 4) bound = 1 / Math.sqrt(shape[1] * shape[2] * shape[3]);
    if (/\.bn\d\.weight$|running_var$/.test(name)) data.fill(1);
    else if (!/\.bn\d\.(bias|running_mean)$/.test(name)) {
      // A bias follows its kernel and has the kernel's bound.
      for (let index = 0; index < data.length; index++) {
        data[index] = (2 * random.fraction() - 1) * bound;
      }
    }
    weights.set(name, { shape, data });
  }
  return weights;
}
