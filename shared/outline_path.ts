/**
 * Masks as smooth outlines, for SVG.
 *
 * @module
 */

import type { Mask } from "./volume.ts";

/** Steps along the pixel grid: right, down, left, up. */
const steps = [[1, 0], [0, 1], [-1, 0], [0, -1]] as const;

/**
 * The outline of a mask [height, width] as an SVG path whose unit is a pixel. Every region's border, holes
 * included, becomes a closed curve through the middles of the pixel edges it follows, so that stairs turn
 * into slopes; filled by the even-odd rule it covers the mask.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const pixel = { data: new Uint8Array([1]), shape: [1, 1] };
 * assert.equal(outlinePath(pixel), "M0.5 0L1 0.5L0.5 1L0 0.5Z");
 * ```
 */
export function outlinePath(mask: Mask): string {
  const [height, width] = mask.shape;
  const inside = (x: number, y: number) =>
    x >= 0 && x < width && y >= 0 && y < height && mask.data[y * width + x] !== 0;
  // A border is walked clockwise: the corner (x, y) is left in direction d with the mask on the right.
  const starts = (x: number, y: number) => inside(x, y) && !inside(x, y - 1);
  const visited = new Uint8Array(height * width);
  let path = "";
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (starts(x, y) && !visited[y * width + x]) path += walk(x, y);
    }
  }
  return path;

  function walk(startX: number, startY: number): string {
    let [x, y, direction] = [startX, startY, 0];
    const points: string[] = [];
    do {
      // Each upper edge starts at most one curve.
      if (direction === 0) visited[y * width + x] = 1;
      const [dx, dy] = steps[direction];
      points.push(`${x + dx / 2} ${y + dy / 2}`);
      [x, y] = [x + dx, y + dy];
      direction = turn(x, y, direction);
    } while (x !== startX || y !== startY || direction !== 0);
    return `M${points.join("L")}Z`;
  }

  /** The next direction at corner (x, y): left where the mask lies ahead on both sides, right where it ends. */
  function turn(x: number, y: number, direction: number): number {
    const [dx, dy] = steps[direction];
    // The pixels ahead, left and right of the way.
    const left = inside(x + (dx - 1) / 2 + dy / 2, y + (dy - 1) / 2 - dx / 2);
    const right = inside(x + (dx - 1) / 2 - dy / 2, y + (dy - 1) / 2 + dx / 2);
    if (!right) return (direction + 1) % 4;
    return left ? (direction + 3) % 4 : direction;
  }
}
