/**
 * Half the resolution and back, for models that look at slices from further away: they cost a quarter.
 *
 * @module
 */

function assertDivides(factor: number, height: number, width: number): void {
  const whole = Number.isInteger(factor) && factor >= 1;
  if (whole && height % factor === 0 && width % factor === 0) return;
  throw new RangeError(
    `Cannot downsample an image as its sides must be multiples of the factor ${factor}, a whole number from 1: ` +
      `current values are ${width} x ${height}`,
  );
}

/**
 * The mean of each block of `factor` x `factor` pixels.
 *
 * @param image Axes [height, width, channels]; a plane of a planar image has one channel.
 * @returns Axes [height / factor, width / factor, channels]; the image itself for factor 1.
 * @throws {RangeError} when the factor does not divide both sides.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(averagePool(new Float32Array([1, 2, 3, 6]), 2, 2, 1, 2), new Float32Array([3]));
 * ```
 */
export function averagePool(
  image: Float32Array,
  height: number,
  width: number,
  channels: number,
  factor: number,
): Float32Array {
  assertDivides(factor, height, width);
  if (factor === 1) return image;
  const share = 1 / (factor * factor), rowLength = width * channels;
  const pooled = new Float32Array(image.length * share);
  for (let to = 0, first = 0; first < image.length; first += factor * rowLength) {
    for (let left = first; left < first + rowLength; left += factor * channels) {
      for (let channel = 0; channel < channels; channel++) {
        let mean = 0;
        for (let row = 0; row < factor; row++) {
          const start = left + channel + row * rowLength;
          // Rounded as the sum would be if it stood in the map.
          for (let x = 0; x < factor; x++) {
            mean = Math.fround(mean + image[start + x * channels] * share);
          }
        }
        pooled[to++] = mean;
      }
    }
  }
  return pooled;
}

/** For each place of the larger side: the two neighbours in the smaller one, and how much of the second. */
function neighbours(length: number, factor: number) {
  return Array.from({ length: length * factor }, (_, place) => {
    // Pixels are areas: the centre of the first large one lies before the centre of the first small one.
    const position = Math.min(Math.max((place + 0.5) / factor - 0.5, 0), length - 1);
    const first = Math.floor(position);
    return { first, second: Math.min(first + 1, length - 1), share: position - first };
  });
}

/**
 * A map brought to `factor` times its size, bilinearly; beyond the outermost centres it stays as it is.
 *
 * @param map Axes [height, width].
 * @returns Axes [height * factor, width * factor]; the map itself for factor 1.
 *
 * Source: `torch.nn.functional.interpolate(mode="bilinear", align_corners=False)`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(upsample(new Float32Array([0, 4]), 1, 2, 2), new Float32Array([0, 1, 3, 4, 0, 1, 3, 4]));
 * ```
 */
export function upsample(
  map: Float32Array,
  height: number,
  width: number,
  factor: number,
): Float32Array {
  if (factor === 1) return map;
  const across = neighbours(width, factor), columns = width * factor;
  const large = new Float32Array(map.length * factor * factor);
  for (const [y, { first, second, share }] of neighbours(height, factor).entries()) {
    const above = first * width, below = second * width;
    for (let x = 0; x < columns; x++) {
      const near = across[x];
      const top = map[above + near.first] * (1 - near.share) +
        map[above + near.second] * near.share;
      const bottom = map[below + near.first] * (1 - near.share) +
        map[below + near.second] * near.share;
      large[y * columns + x] = top * (1 - share) + bottom * share;
    }
  }
  return large;
}
