/**
 * Blur of slices that were taken coarsely or in motion.
 *
 * @module
 */
import type { Random } from "./random.ts";
import type { ImageSize } from "./movement.ts";
import { between } from "./random_at.ts";

/** How blurred a slice may become. */
export interface BlurAugmentation {
  /** Largest standard deviation of a Gaussian, in pixels of the output; 0 to 5. */
  readonly blur: number;
}

/** Draws a standard deviation for each channel. */
export function drawBlur({ blur }: BlurAugmentation, channels: number, random: Random): number[] {
  return Array.from({ length: channels }, () => between(random, 0, blur));
}

/** Below this standard deviation a Gaussian's neighbors weigh less than one in 3000. */
const smallest = 0.25;

/**
 * Blurs one channel of a scaled slice in place. The edge's pixels stand in for those beyond.
 *
 * @param image [height, width, channels].
 * @param deviation Of the Gaussian, in pixels; nothing happens below a quarter.
 */
export type Blur = (
  image: Float32Array,
  channels: number,
  channel: number,
  deviation: number,
) => void;

/** Makes a blur for slices of one size; it holds the memory that it works in. */
export function createBlur({ height, width }: ImageSize): Blur {
  let line = new Float32Array(width), rows = new Float32Array(height * width);

  function fitMemory(reach: number): void {
    if (line.length < width + 2 * reach) line = new Float32Array(width + 2 * reach);
    const size = (height + 2 * reach) * width;
    if (rows.length < size) rows = new Float32Array(size);
  }

  /** Each row blurred along itself; above the first and below the last so many copies of them as the kernel reaches. */
  function blurRows(image: Float32Array, step: number, start: number, kernel: Float64Array): void {
    const reach = kernel.length - 1;
    for (let row = 0; row < height; row++) {
      const first = row * width * step + start, last = first + (width - 1) * step;
      for (let i = 0; i < reach; i++) {
        line[i] = image[first];
        line[reach + width + i] = image[last];
      }
      for (let column = 0, at = first; column < width; column++, at += step) {
        line[reach + column] = image[at];
      }
      weigh(line, reach, 1, kernel, width, rows, (reach + row) * width, 1);
    }
    const end = (reach + height) * width;
    for (let i = 0; i < reach; i++) {
      rows.copyWithin(i * width, reach * width, (reach + 1) * width);
      rows.copyWithin(end + i * width, end - width, end);
    }
  }

  return (image, channels, channel, deviation) => {
    if (deviation < smallest) return;
    const kernel = gaussian(deviation), reach = kernel.length - 1;
    fitMemory(reach);
    blurRows(image, channels, channel, kernel);
    for (let row = 0; row < height; row++) {
      const from = (reach + row) * width, to = row * width * channels + channel;
      weigh(rows, from, width, kernel, width, image, to, channels);
    }
  };
}

/**
 * Writes a line of weighted sums of values and those before and behind them.
 *
 * @param apart How far neighbors are from each other.
 * @param count Of sums; their middles follow one another from `from` on.
 */
function weigh(
  values: Float32Array,
  from: number,
  apart: number,
  kernel: Float64Array,
  count: number,
  target: Float32Array,
  to: number,
  step: number,
): void {
  const reach = kernel.length - 1, middle = kernel[0];
  for (let i = 0; i < count; i++, from++, to += step) {
    let sum = values[from] * middle;
    for (let distance = 1, aside = apart; distance <= reach; distance++, aside += apart) {
      sum += (values[from - aside] + values[from + aside]) * kernel[distance];
    }
    target[to] = sum;
  }
}

/** Weights at distance 0, 1, ... up to three standard deviations; both sides together weigh 1. */
function gaussian(deviation: number): Float64Array {
  const reach = Math.ceil(3 * deviation);
  const weights = Float64Array.from(
    { length: reach + 1 },
    (_, distance) => Math.exp(-((distance / deviation) ** 2) / 2),
  );
  const sum = weights.reduce((total, weight) => total + 2 * weight, -weights[0]);
  return weights.map((weight) => weight / sum);
}
