/**
 * The distance transform of one line, of which those of images are made.
 *
 * Source: P. F. Felzenszwalb and D. P. Huttenlocher, "Distance Transforms of Sampled Functions", Theory of Computing 8
 * (2012).
 *
 * @module
 */

/**
 * The lower envelope of parabolas height + (x - position)^2. Each stands for a voxel that has something in it, at a
 * squared distance `height` from the line; the envelope at x is the squared distance from x to the nearest of them.
 * Adding n parabolas and reading m points takes time in proportion to n + m.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const envelope = new LowerEnvelope(2);
 * envelope.add(0, 4);
 * envelope.add(3, 0);
 * const line = new Float64Array(5);
 * envelope.write(line, 0, 0, 5, 1);
 * assert.deepEqual(Array.from(line), [4, 4, 1, 0, 1]);
 * ```
 */
export class LowerEnvelope {
  readonly #position: Float64Array;
  readonly #height: Float64Array;
  /** From where on each parabola is the lowest. */
  readonly #start: Float64Array;
  #count = 0;

  /** @param capacity How many parabolas one line may have. */
  constructor(capacity: number) {
    this.#position = new Float64Array(capacity);
    this.#height = new Float64Array(capacity);
    this.#start = new Float64Array(capacity);
  }

  /** Forgets all parabolas. */
  clear(): void {
    this.#count = 0;
  }

  /** Adds a parabola; its position must be over that of the one before, its height finite. */
  add(position: number, height: number): void {
    const positions = this.#position, heights = this.#height, starts = this.#start;
    let last = this.#count - 1, start = -Infinity;
    for (; last >= 0; last--) {
      const [x, y] = [positions[last], heights[last]];
      start = ((height + position * position) - (y + x * x)) / (2 * (position - x));
      if (start > starts[last]) break;
      start = -Infinity;
    }
    positions[++last] = position;
    heights[last] = height;
    starts[last] = start;
    this.#count = last + 1;
  }

  /**
   * Writes the envelope at the points (from + i) * spacing, for i from 0 to count - 1, to `line[offset + i]`; infinity
   * where there is no parabola.
   */
  write(line: Float64Array, offset: number, from: number, count: number, spacing: number): void {
    const positions = this.#position, heights = this.#height, starts = this.#start;
    const last = this.#count - 1;
    if (last < 0) {
      line.fill(Infinity, offset, offset + count);
      return;
    }
    let nearest = 0;
    for (let i = 0; i < count; i++) {
      const x = (from + i) * spacing;
      while (nearest < last && starts[nearest + 1] < x) nearest++;
      const apart = x - positions[nearest];
      line[offset + i] = heights[nearest] + apart * apart;
    }
  }
}
