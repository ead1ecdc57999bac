/** Probabilities as colors: how sure the model is, pixel by pixel. */

/// <reference lib="dom" />

import type { ProbabilityMap } from "../../../shared/volume.ts";

/**
 * Colors of the map "inferno" at equal steps from 0 to 1; from dark to bright, also for people who see few
 * colors.
 *
 * Source: S. van der Walt, N. Smith, matplotlib.
 */
const inferno = [
  [0, 0, 4],
  [40, 11, 84],
  [101, 21, 110],
  [159, 42, 99],
  [212, 72, 66],
  [245, 125, 21],
  [250, 193, 39],
  [252, 255, 164],
] as const;

/** Less than this is not shown: over most of a slice the model says next to nothing. */
const visible = 0.02;

/** The color of a probability, with an opacity that grows up to a probability of a quarter. */
const palette = new Uint8ClampedArray(4 * 256);
for (let level = 0; level < 256; level++) {
  const position = level / 255 * (inferno.length - 1), below = Math.min(Math.floor(position), 6);
  const share = position - below;
  for (let color = 0; color < 3; color++) {
    palette[4 * level + color] = inferno[below][color] * (1 - share) +
      inferno[below + 1][color] * share;
  }
  palette[4 * level + 3] = level / 255 < visible ? 0 : Math.min(1, level / 64) * 255;
}

/** Draws the probabilities of a slice; transparent where there are none. */
export function drawHeatMap(canvas: HTMLCanvasElement, probability?: ProbabilityMap): void {
  if (!probability) {
    canvas.getContext("2d")!.clearRect(0, 0, canvas.width, canvas.height);
    return;
  }
  const [height, width] = probability.shape;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const picture = new ImageData(width, height), { data } = probability;
  for (let pixel = 0; pixel < data.length; pixel++) {
    const level = 4 * Math.round(255 * data[pixel]);
    if (palette[level + 3] === 0) continue;
    for (let part = 0; part < 4; part++) picture.data[4 * pixel + part] = palette[level + part];
  }
  canvas.getContext("2d")!.putImageData(picture, 0, 0);
}
