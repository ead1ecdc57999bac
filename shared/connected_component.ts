/**
 * The large connected pieces of a mask: a network's stray islands are rarely tumor.
 *
 * @module
 */

import { assertFillsShape, spatialShape } from "./shape.ts";
import type { Mask } from "./volume.ts";

/** Which pixels count as connected. */
export interface ConnectivityOptions {
  /**
   * `"full"`: corners and edges connect too (8 neighbours in a slice, 26 in a volume), as in the peer
   * implementation mateuszbuda/brain-segmentation-pytorch. `"faces"`: only sides do (4 and 6).
   *
   * @default "full"
   */
  readonly connectivity?: "full" | "faces";
}

/**
 * The mask without its small connected components, of the same shape: [height, width] in two dimensions,
 * [slices, height, width] in three. What is not zero becomes 1. An empty mask gives an empty mask.
 *
 * @param share A component with fewer voxels than this share of the largest one's is left out, from 0 to 1: 0
 * keeps all of them, 1 the largest alone (and those of its size).
 * @throws {RangeError} when the share is not from 0 to 1.
 * @throws {TypeError} when the shape has another number of axes, or the data does not fill it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const mask = { data: new Uint8Array([1, 0, 1, 1, 1, 0, 1, 1]), shape: [1, 8] };
 * assert.deepEqual(largeComponents(mask, 0.5).data, new Uint8Array([0, 0, 1, 1, 1, 0, 1, 1]));
 * assert.deepEqual(largeComponents(mask, 1).data, new Uint8Array([0, 0, 1, 1, 1, 0, 0, 0]));
 * ```
 */
export function largeComponents(
  mask: Mask,
  share: number,
  { connectivity = "full" }: ConnectivityOptions = {},
): Mask {
  const action = "find the large components";
  assertShare(action, share);
  assertFillsShape(action, "mask", mask);
  const [slices, height, width] = spatialShape(action, mask.shape);
  const grid = { slices, height, width, steps: neighbourSteps(connectivity, height, width) };
  // 0: not visited; 1, 2, ...: the component it belongs to.
  const labels = new Uint32Array(mask.data.length);
  const stack = new Uint32Array(mask.data.length);
  const sizes = [0];
  for (let seed = 0; seed < mask.data.length; seed++) {
    if (mask.data[seed] === 0 || labels[seed] !== 0) continue;
    sizes.push(fill(mask.data, labels, stack, grid, seed, sizes.length));
  }
  const smallest = share * sizes.reduce((largest, size) => Math.max(largest, size));
  const data = new Uint8Array(mask.data.length);
  for (let i = 0; i < data.length; i++) {
    data[i] = mask.data[i] !== 0 && sizes[labels[i]] >= smallest ? 1 : 0;
  }
  return { data, shape: mask.shape };
}

function assertShare(action: string, share: number): void {
  if (share >= 0 && share <= 1) return;
  throw new RangeError(
    `Cannot ${action} as the share of the largest must be from 0 to 1: current value is ${share}`,
  );
}

interface Grid {
  readonly slices: number;
  readonly height: number;
  readonly width: number;
  readonly steps: readonly Step[];
}

/** From a voxel to a neighbour: slices, rows and columns, and the places in the data that they come to. */
interface Step {
  readonly dz: number;
  readonly dy: number;
  readonly dx: number;
  readonly places: number;
}

function neighbourSteps(connectivity: "full" | "faces", height: number, width: number): Step[] {
  const steps: Step[] = [];
  for (let z = -1; z <= 1; z++) {
    for (let y = -1; y <= 1; y++) {
      for (let x = -1; x <= 1; x++) {
        const distance = Math.abs(z) + Math.abs(y) + Math.abs(x);
        if (distance === 0 || (distance > 1 && connectivity === "faces")) continue;
        steps.push({ dz: z, dy: y, dx: x, places: (z * height + y) * width + x });
      }
    }
  }
  return steps;
}

/** Labels the component around `seed` and returns its size in voxels. */
function fill(
  data: Uint8Array,
  labels: Uint32Array,
  stack: Uint32Array,
  { slices, height, width, steps }: Grid,
  seed: number,
  label: number,
): number {
  let size = 0, depth = 0;
  stack[depth++] = seed;
  labels[seed] = label;
  while (depth > 0) {
    const voxel = stack[--depth];
    size++;
    const x = voxel % width, y = Math.floor(voxel / width) % height;
    const z = Math.floor(voxel / (width * height));
    for (const { dz, dy, dx, places } of steps) {
      const nz = z + dz, ny = y + dy, nx = x + dx;
      if (nz < 0 || nz >= slices || ny < 0 || ny >= height || nx < 0 || nx >= width) continue;
      const neighbour = voxel + places;
      if (data[neighbour] === 0 || labels[neighbour] !== 0) continue;
      labels[neighbour] = label;
      stack[depth++] = neighbour;
    }
  }
  return size;
}
