/**
 * Sequences that were not taken. In the published data FLAIR stands in for them, and so it does here.
 *
 * @module
 */
import type { Sequence } from "../../shared/sequence.ts";
import type { Random } from "./random.ts";
import { chance } from "./random_at.ts";

/** How often sequences are missing. */
export interface SequenceAugmentation {
  /**
   * Probability that a slice lacks sequences: pre-contrast, post-contrast or both, each as often as the
   * others. 0 to 1.
   */
  readonly sequenceDropout: number;
}

/** Whether a network takes FLAIR, and sequences that it can replace. */
export function canDropSequences(sequences: readonly Sequence[]): boolean {
  return sequences.includes("FLAIR") && sequences.length > 1;
}

/**
 * Draws the channels that FLAIR replaces. None where the network does not take FLAIR, or nothing else.
 *
 * @param sequences What the network takes.
 */
export function drawMissingChannels(
  { sequenceDropout }: SequenceAugmentation,
  sequences: readonly Sequence[],
  random: Random,
): number[] {
  const dropped = chance(random, sequenceDropout), pick = random.integer(3);
  if (!dropped || !canDropSequences(sequences)) return [];
  const missing: readonly Sequence[] = [
    ["pre-contrast"] as const,
    ["post-contrast"] as const,
    ["pre-contrast", "post-contrast"] as const,
  ][pick];
  return missing.map((name) => sequences.indexOf(name)).filter((channel) => channel >= 0);
}

/**
 * The channels of a slice that already are FLAIR's copies, pixel for pixel, because the patient lacks the
 * sequence. They have to stay copies whatever is drawn for each sequence.
 *
 * @param pixels Interleaved, `step` channels each.
 * @param indices Where the network's sequences lie among them.
 * @param flair Which of these is FLAIR; nothing is a copy where it is -1.
 */
export function copiedChannels(
  pixels: Uint8Array,
  step: number,
  indices: readonly number[],
  flair: number,
): number[] {
  if (flair < 0) return [];
  return indices.flatMap((index, channel) =>
    channel !== flair && isCopy(pixels, step, index, indices[flair]) ? [channel] : []
  );
}

function isCopy(pixels: Uint8Array, step: number, a: number, b: number): boolean {
  for (let pixel = 0; pixel < pixels.length; pixel += step) {
    if (pixels[pixel + a] !== pixels[pixel + b]) return false;
  }
  return true;
}

/** Writes one channel over another, in place; pixels are interleaved, `channels` values each. */
export function copyChannel(image: Float32Array, channels: number, from: number, to: number): void {
  for (let pixel = 0; pixel < image.length; pixel += channels) {
    image[pixel + to] = image[pixel + from];
  }
}
