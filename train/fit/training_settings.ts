/**
 * Everything that decides what a run learns, and the recipes that fill it in.
 *
 * @module
 */
import {
  foregroundPreprocessing,
  type Preprocessing,
  referencePreprocessing,
} from "../../shared/scaling.ts";
import { type Sequence, sequences } from "../../shared/sequence.ts";
import { type Augmentation, defaultAugmentation, noAugmentation } from "../data/augmentation.ts";
import type { Precision } from "../engine/kernels/precision.ts";
import type { UNetArchitecture } from "../network/unet_architecture.ts";
import { type RunLength, usualConstantEnd } from "./constant_end.ts";
import type { LossSettings } from "./loss.ts";
import type { Schedule } from "./schedule.ts";

/** The epoch with the lowest validation loss, or the last one. */
export const checkpointChoices = ["best", "last"] as const;

/** One of {@linkcode checkpointChoices}. */
export type CheckpointChoice = typeof checkpointChoices[number];

/** What decides what a run learns; the same settings, data and seed give the same weights. */
export interface TrainingSettings extends LossSettings, RunLength {
  /** Slices a step. */
  readonly batchSize: number;
  readonly depth: number;
  /** Features at every level, or those of each, full resolution first. */
  readonly features: number | readonly number[];
  /** Whether the convolutions are separable (see `UNetArchitecture`). Absent in runs of versions that had none. */
  readonly separable?: boolean;
  readonly sequences: readonly Sequence[];
  readonly preprocessing: Preprocessing;
  /** The network sees slices at a resolution smaller by this factor. */
  readonly downsampling: number;
  /**
   * Side in pixels, before downsampling, of the window over the head that is learned from; 0: the whole slice. Slices
   * that are smaller: see `trainingWindow`.
   */
  readonly crop: number;
  readonly augmentation: Augmentation;
  /** How many times as often a slice with tumor is drawn as one without. */
  readonly tumorWeight: number;
  /** Of the epochs before the constant end. */
  readonly schedule: Schedule;
  /** See `AdamOptions`: above 0 it is AdamW. */
  readonly weightDecay: number;
  /** See `AdamOptions`; 0: gradients are not clipped. */
  readonly clipNorm: number;
  /** Decay of the running average of the weights before the constant end; 0: no average, the newest weights are the network. */
  readonly averageDecay: number;
  /** See `FitSettings`. */
  readonly patience: number;
  /**
   * Of an outline, connected components with fewer voxels than this share of the largest one's are left out, from 0
   * to 1: in validation, and by the exported model.
   */
  readonly smallestComponent: number;
  /** Which epoch's weights are the result. Patients that choose the epoch flatter their own figures. */
  readonly checkpoint: CheckpointChoice;
  readonly precision: Precision;
  /** Fixes the first weights, the order of the slices and their augmentation, and the split where nothing else does. */
  readonly seed: number;
  /** Fixes which patients validate, so that runs with other seeds share a split. Absent: {@linkcode seed} does. */
  readonly splitSeed?: number;
}

/** What fixes which patients validate. */
export function splitSeedOf(
  { seed, splitSeed }: Pick<TrainingSettings, "seed" | "splitSeed">,
): number {
  return splitSeed ?? seed;
}

/** The network that is trained. */
export function architectureOf(
  { sequences, features, depth, separable }: Pick<
    TrainingSettings,
    "sequences" | "features" | "depth" | "separable"
  >,
): UNetArchitecture {
  return {
    ...{ inputChannels: sequences.length, outputChannels: 1, features, depth },
    ...(separable && { separable }),
  };
}

/** The ways to scale a patient, by the name of their method. */
export const scalings: Readonly<Record<Preprocessing["method"], Preprocessing>> = {
  percentile: referencePreprocessing,
  foreground: foregroundPreprocessing,
};

/** Names of the recipes. */
export const recipeNames = ["best", "preview", "reference"] as const;

/** One of {@linkcode recipeNames}. */
export type RecipeName = typeof recipeNames[number];

/**
 * The original method to the letter.
 *
 * Source: giacomodeodato/Brain-MRI-segmentation.
 */
const reference: TrainingSettings = {
  epochs: 150,
  batchSize: 8,
  depth: 4,
  features: 32,
  sequences,
  preprocessing: referencePreprocessing,
  downsampling: 1,
  crop: 0,
  augmentation: noAugmentation,
  tumorWeight: 1,
  loss: "dice",
  crossEntropyWeight: 0.5,
  schedule: {
    kind: "milestones",
    learningRate: 1e-4,
    milestones: [30],
    gamma: 0.1,
    warmup: 0,
    momentum: "constant",
  },
  weightDecay: 0,
  clipNorm: 0,
  averageDecay: 0,
  patience: 0,
  smallestComponent: 0,
  checkpoint: "best",
  precision: "fp32",
  seed: 42,
};

/**
 * The best way we know to train a network of full resolution, at the cost of the original method's; `models.md` in
 * train/ says how it was found. Features are multiples of 16, which a CPU's fast batch normalisation wants.
 */
const best: TrainingSettings = {
  ...reference,
  epochs: 40,
  depth: 6,
  features: [32, 32, 32, 48, 64, 64],
  preprocessing: foregroundPreprocessing,
  crop: 192,
  augmentation: defaultAugmentation,
  tumorWeight: 3,
  loss: "dice+ce",
  schedule: {
    kind: "one-cycle",
    learningRate: 3e-3,
    milestones: [],
    gamma: 1,
    warmup: 0.2,
    momentum: "constant",
  },
  weightDecay: 1e-2,
  clipNorm: 1,
  averageDecay: 0.999,
  smallestComponent: 0.5,
  checkpoint: "last",
};

/**
 * The same but for its uppermost level, at half the resolution and with separable convolutions: a twentieth of the cost.
 * After as many epochs it goes on for 20 at a constant rate. `best` can grow out of it, and learns better out of one with
 * plain convolutions (`models.md`).
 */
const preview: TrainingSettings = {
  ...best,
  epochs: 60,
  constantEnd: { epochs: 20, ...usualConstantEnd },
  depth: 5,
  features: [32, 32, 48, 64, 64],
  separable: true,
  downsampling: 2,
};

/** What each recipe sets. */
export const recipes: Readonly<Record<RecipeName, TrainingSettings>> = { best, preview, reference };
