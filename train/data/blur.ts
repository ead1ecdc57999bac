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
export function blurChannel(
  image: Float32Array,
  { height, width }: ImageSize,
  channels: number,
  channel: number,
  deviation: number,
): void {
  if (deviation < smallest) return;
  const kernel = gaussian(deviation);
  for (let row = 0; row < height; row++) {
    blurLine(image, row * width * channels + channel, channels, width, kernel);
  }
  for (let column = 0; column < width; column++) {
    blurLine(image, column * channels + channel, width * channels, height, kernel);
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

function blurLine(
  image: Float32Array,
  start: number,
  step: number,
  length: number,
  kernel: Float64Array,
): void {
  const reach = kernel.length - 1;
  const line = new Float64Array(length + 2 * reach);
  for (let i = 0; i < line.length; i++) {
    line[i] = image[start + Math.min(Math.max(i - reach, 0), length - 1) * step];
  }
  for (let i = 0; i < length; i++) {
    let sum = line[i + reach] * kernel[0];
    for (let distance = 1; distance <= reach; distance++) {
      sum += (line[i + reach - distance] + line[i + reach + distance]) * kernel[distance];
    }
    image[start + i * step] = sum;
  }
}
