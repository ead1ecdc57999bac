/**
 * The masks that the benchmark of metrics measures.
 *
 * @module
 */

/** [slices, height, width]. */
export const shape = [128, 256, 256];
/** In mm. */
export const spacing = [2, 1, 1];
/** Copies of a pair of masks that Dice takes in turns: more than a cache holds. */
export const copies = 6;

/** A tumor, and an outline of it that is a few voxels off. */
export interface Outlines {
  readonly prediction: Uint8Array;
  readonly reference: Uint8Array;
}

/** Masks of each kind that makes a difference to how long a distance takes. */
export function outlines(): Record<string, Outlines> {
  return {
    "small tumor, 15 mm": pair(15),
    "large tumor, 60 mm": pair(60),
    "tumor of 40 mm and 30 far islands": withIslands(pair(40)),
  };
}

/** Masks that are as hard to count as there are: each voxel tumor or not by chance, as in no patient. */
export function noise(): Outlines {
  let state = 1;
  const mask = () =>
    new Uint8Array(shape.reduce((size, length) => size * length, 1)).map(() => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0; // the generator of "Numerical Recipes"
      return state >>> 31;
    });
  return { prediction: mask(), reference: mask() };
}

function pair(radius: number): Outlines {
  return {
    prediction: lobes([61, 123, 128], radius, 0.7),
    reference: lobes([60, 120, 130], radius, 0),
  };
}

/** A ball with waves on its surface, its centre in voxels, its radius in mm. */
function lobes(centre: readonly number[], radius: number, phase: number): Uint8Array {
  const [slices, height, width] = shape;
  const mask = new Uint8Array(slices * height * width);
  for (let z = 0, voxel = 0; z < slices; z++) {
    const up = (z - centre[0]) * spacing[0];
    for (let y = 0; y < height; y++) {
      const down = (y - centre[1]) * spacing[1];
      for (let x = 0; x < width; x++, voxel++) {
        const right = (x - centre[2]) * spacing[2];
        const waves = 0.12 * Math.sin(5 * Math.atan2(down, right) + phase) +
          0.1 * Math.sin(up / 6 + phase);
        if (Math.hypot(up, down, right) < radius * (1 + waves)) mask[voxel] = 1;
      }
    }
  }
  return mask;
}

/** The same with false alarms of 4x4x4 voxels all over the head. */
function withIslands({ prediction, reference }: Outlines): Outlines {
  const [, height, width] = shape, mask = prediction.slice();
  for (let island = 1; island <= 30; island++) {
    // Multiples of irrational numbers spread evenly.
    const [z, y, x] = shape.map((length, axis) =>
      Math.floor((island * Math.SQRT2 * (axis + 1.3)) % 1 * (length - 4))
    );
    for (let row = 0; row < 16; row++) {
      const start = ((z + (row >> 2)) * height + y + row % 4) * width + x;
      mask.fill(1, start, start + 4);
    }
  }
  return { prediction: mask, reference };
}
