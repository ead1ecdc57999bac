/**
 * Noise of the scanner.
 *
 * @module
 */
import type { ChannelScaling } from "../../shared/scaling.ts";
import type { Random } from "./random.ts";
import { between } from "./random_at.ts";

/** How noisy a slice may become. */
export interface NoiseAugmentation {
  /** Largest standard deviation, as a fraction of the range that scaling clips to; 0 to 1. */
  readonly noise: number;
}

/** One noise, drawn. */
export interface Noise {
  /** For each channel, the standard deviation as a fraction of the range. */
  readonly deviations: readonly number[];
  /** Where the noise itself starts, a 32-bit number. */
  readonly seed: number;
}

/** Draws the noise of a slice with so many channels. */
export function drawNoise({ noise }: NoiseAugmentation, channels: number, random: Random): Noise {
  const deviations = Array.from({ length: channels }, () => between(random, 0, noise));
  return { deviations, seed: random.integer(2 ** 32) };
}

const bits = 12, tableMask = (1 << bits) - 1;

/**
 * Numbers that are normally distributed together: Box and Muller's transform of a regular grid. One of them
 * at random costs a hundredth of drawing a normal number for each pixel.
 */
const normals = normalNumbers(1 << (bits / 2));

function normalNumbers(side: number): Float32Array {
  return Float32Array.from({ length: side * side }, (_, index) => {
    const radius = Math.sqrt(-2 * Math.log((Math.floor(index / side) + 0.5) / side));
    return radius * Math.cos(2 * Math.PI * ((index % side) + 0.5) / side);
  });
}

/**
 * Adds normally distributed noise to a scaled slice, in place; values stay in the range of the scaling.
 *
 * @param image [height, width, channels].
 */
export function addNoise(
  image: Float32Array,
  scaling: readonly ChannelScaling[],
  { deviations, seed }: Noise,
): void {
  for (let channel = 0; channel < scaling.length; channel++) {
    if (deviations[channel] === 0) continue;
    const start = (seed ^ Math.imul(channel + 1, 0x9e3779b1)) || 1;
    addChannelNoise(image, channel, scaling.length, scaling[channel], deviations[channel], start);
  }
}

function addChannelNoise(
  image: Float32Array,
  start: number,
  step: number,
  { minimum, maximum }: ChannelScaling,
  deviation: number,
  seed: number,
): void {
  const range = maximum - minimum;
  let state = seed;
  for (let index = start; index < image.length; index += step) {
    // Xorshift of Marsaglia (2003): any state but 0 goes through all others.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const level = (image[index] - minimum) / range + deviation * normals[state & tableMask];
    image[index] = minimum + range * clipped(level);
  }
}

/**
 * Clips to 0 to 1 without a branch: half of the air's noise is clipped, at random, and a processor guesses
 * that wrong as often as right.
 */
function clipped(level: number): number {
  return 1 - positive(1 - positive(level));
}

function positive(number: number): number {
  return (number + Math.abs(number)) / 2;
}
