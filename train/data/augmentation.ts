/**
 * How slices are varied, so that a network does not learn scanners and positions by heart.
 *
 * @module
 */
import type { Sequence } from "../../shared/sequence.ts";
import type { Random } from "./random.ts";
import { type BlurAugmentation, drawBlur } from "./blur.ts";
import { drawMovement, type GeometricAugmentation, type Movement } from "./movement.ts";
import {
  drawIntensityChange,
  type IntensityAugmentation,
  type IntensityChange,
} from "./intensity.ts";
import { drawNoise, type Noise, type NoiseAugmentation } from "./noise.ts";
import {
  drawScalingError,
  type PercentileAugmentation,
  type ScalingError,
} from "./percentile_jitter.ts";
import { drawMissingChannels, type SequenceAugmentation } from "./sequence_dropout.ts";
import { drawTumorContrast, type FadingAugmentation } from "./tumor_fading.ts";

/** Every limit and probability of the augmentation; 0 turns its part off. */
export interface Augmentation
  extends
    GeometricAugmentation,
    IntensityAugmentation,
    NoiseAugmentation,
    BlurAugmentation,
    PercentileAugmentation,
    SequenceAugmentation,
    FadingAugmentation {}

/** Slices as they are. */
export const noAugmentation: Augmentation = {
  rotation: 0,
  zoom: 0,
  shift: 0,
  flip: 0,
  verticalFlip: 0,
  gamma: 0,
  contrast: 0,
  gain: 0,
  brightness: 0,
  noise: 0,
  blur: 0,
  sliceScaling: 0,
  divisorJitter: 0,
  offsetJitter: 0,
  sequenceDropout: 0,
  tumorFading: 0,
};

/** What makes a network trained on a few institutions hold on others; `models.md` in train/ says what twice as much does. */
export const defaultAugmentation: Augmentation = {
  rotation: 25,
  zoom: 0.25,
  shift: 0.05,
  flip: 0.5,
  verticalFlip: 0,
  gamma: 0.25,
  contrast: 0.15,
  gain: 0.1,
  brightness: 0.05,
  noise: 0.02,
  blur: 0.7,
  sliceScaling: 0.5,
  divisorJitter: 0.2,
  offsetJitter: 0.1,
  sequenceDropout: 0.5,
  tumorFading: 0,
};

/** The largest value that each setting may have; the smallest is 0. */
export const augmentationLimits: Required<Augmentation> = {
  rotation: 180,
  zoom: 1,
  shift: 0.5,
  flip: 1,
  verticalFlip: 1,
  gamma: 3,
  contrast: 3,
  gain: 3,
  brightness: 1,
  noise: 1,
  blur: 5,
  sliceScaling: 1,
  divisorJitter: 1,
  offsetJitter: 1,
  sequenceDropout: 1,
  tumorFading: 1,
};

/**
 * Checks settings that come from outside.
 *
 * @throws {RangeError} naming the setting that is not from 0 to its largest value.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assertAugmentation(defaultAugmentation);
 * assert.throws(
 *   () => assertAugmentation({ ...noAugmentation, shift: 2 }),
 *   /Cannot augment slices as shift must be from 0 to 0.5: current value is 2/,
 * );
 * ```
 */
export function assertAugmentation(augmentation: Augmentation): void {
  for (const name of Object.keys(augmentationLimits) as (keyof Augmentation)[]) {
    const value = augmentation[name] ?? 0, largest = augmentationLimits[name];
    if (value >= 0 && value <= largest) continue;
    throw new RangeError(
      `Cannot augment slices as ${name} must be from 0 to ${largest}: current value is ${value}`,
    );
  }
}

/** What happens to one slice. Arrays have one entry for each sequence that the network takes. */
export interface AugmentationDraw {
  readonly movement: Movement;
  readonly scalingError: ScalingError;
  readonly intensity: readonly IntensityChange[];
  readonly noise: Noise;
  /** Standard deviations in pixels. */
  readonly blur: readonly number[];
  /** Channels that FLAIR replaces. */
  readonly missing: readonly number[];
  /** The share of the tumor's contrast in FLAIR that is left. */
  readonly tumorContrast: number;
}

/** Draws what happens to one slice. */
export function drawAugmentation(
  augmentation: Augmentation,
  sequences: readonly Sequence[],
  random: Random,
): AugmentationDraw {
  const channels = sequences.length;
  return {
    movement: drawMovement(augmentation, random),
    scalingError: drawScalingError(augmentation, channels, random),
    intensity: sequences.map(() => drawIntensityChange(augmentation, random)),
    noise: drawNoise(augmentation, channels, random),
    blur: drawBlur(augmentation, channels, random),
    missing: drawMissingChannels(augmentation, sequences, random),
    tumorContrast: drawTumorContrast(augmentation, random),
  };
}
