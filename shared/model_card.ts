/**
 * A model's card: what travels beside `model.onnx`, so that whoever runs the model knows how to feed it, what
 * its output means, what it was trained on and how good it is.
 *
 * @module
 */

import type { IntensityCard } from "./intensities.ts";
import type { Preprocessing } from "./scaling.ts";

/** The network behind a model. */
export interface ArchitectureCard {
  readonly kind: "unet";
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** Features at every level, or those of each, full resolution first. */
  readonly features: number | readonly number[];
  /** Encoder blocks. */
  readonly depth: number;
  /** Whether its convolutions are separable; absent: they are not. */
  readonly separable?: boolean;
  /** Numbers that training adjusted. */
  readonly parameters: number;
  /** Multiply-adds of one slice of 256x256. */
  readonly multiplyAdds: number;
}

/** The network that a training started from instead of from random weights. */
export interface StartCard {
  /** The name of its folder: a run's, or a model's. */
  readonly folder: string;
  /** What its card calls it, where it was a model. */
  readonly model?: { readonly name: string; readonly version: string };
  /** What the random numbers of its own training started from, where that is known. */
  readonly seed?: number;
  /**
   * SHA-256 of its weights as 32-bit floats, in hexadecimal: the same whatever file they are in, so not that of the
   * file. Absent where the run is of an earlier version.
   */
  readonly sha256?: string;
}

/** What a model was trained on. Further details may stand beside those named here. */
export interface TrainingCard {
  /** The data set. */
  readonly data: string;
  /** The patients it was trained on: their names, or words where the names are not known. */
  readonly patients: readonly string[] | string;
  /** How it was trained, in words. */
  readonly recipe: string;
  /** What the random numbers started from, where that is known. */
  readonly seed?: number;
  /** Absent: it started from random weights, or the card is of an earlier version. */
  readonly start?: StartCard;
  readonly [detail: string]: unknown;
}

/** Some of the patients, or a way to use the model. */
export interface GroupCard {
  readonly name: string;
  readonly count: number;
  /** Null where no Dice is defined. */
  readonly meanVolumeDice: number | null;
}

/** One measurement of a model: on whom, and how well it did. Figures are means over patients unless they say else. */
export interface EvaluationCard {
  /** Who they are, above all whether the model was trained on them. */
  readonly patients: string;
  /**
   * True where the figures are not of this model but of networks of the same kind, none of which had been trained on
   * the patients it was measured on: those of a cross-validation, or this one's before it learned from these patients.
   */
  readonly ofOtherNetworks?: boolean;
  readonly count: number;
  readonly meanVolumeDice: number;
  readonly medianVolumeDice?: number;
  /** 95 % bootstrap interval of the mean over patients. */
  readonly meanInterval95?: readonly [low: number, high: number];
  /** Null where neither prediction nor reference has tumor. */
  readonly diceByPatient?: Readonly<Record<string, number | null>>;
  readonly sensitivity?: number | null;
  readonly precision?: number | null;
  /** The median is null where it is infinite; `infinite` counts the patients whose distance is. */
  readonly hd95?: {
    readonly median: number | null;
    readonly unit: "mm" | "voxels";
    readonly infinite: number;
  };
  /** Expected calibration error over all voxels, and after the temperature fitted to the same patients. */
  readonly calibration?: {
    readonly error: number;
    readonly temperature: number;
    readonly errorAfter: number;
  };
  readonly institutions?: readonly GroupCard[];
  /** Thirds of the patients by tumor size. */
  readonly tumorSizes?: readonly GroupCard[];
  /**
   * Other ways to use the model: flips averaged, slices scaled on their own and cleaned each by itself or as a volume,
   * small pieces left out, the largest alone, FLAIR alone. Cards of earlier versions have fewer.
   */
  readonly variants?: readonly GroupCard[];
}

/** Everything to know about a model, as `card.json` holds it. */
export interface ModelCard {
  readonly name: string;
  readonly version: string;
  readonly architecture: ArchitectureCard;
  readonly input: {
    /** What each channel of the input holds, in order. */
    readonly sequences: readonly string[];
    /** Height and width, as the network sees them, must be multiples of this many pixels. */
    readonly sizeMultiple: number;
    /** The network sees the slice at a resolution smaller by this factor. Absent: 1, the slice's own. */
    readonly downsampling?: number;
  };
  readonly preprocessing: Preprocessing;
  /** What the file computes in. Absent: 32-bit floats. */
  readonly precision?: "fp32" | "int8";
  /** A sigmoid has been applied: from 0 to 1. */
  readonly output: "probability";
  /** Probabilities over this are tumor. */
  readonly threshold: number;
  /**
   * Connected components of the mask with fewer voxels than this share of the largest one's are left out, from 0
   * (all are kept) to 1 (the largest alone is): in the volume, or in a slice that came alone.
   */
  readonly smallestComponent: number;
  readonly training: TrainingCard;
  /** What is usual for the data it was trained on; absent: not known, and nobody is warned of anything else. */
  readonly intensities?: IntensityCard;
  /** First the one to judge it by: of patients it had not been trained on, where there are any. */
  readonly evaluation: readonly EvaluationCard[];
  readonly licence: string;
  /** Where the model comes from. */
  readonly source: string;
  /** What it must not be used for. */
  readonly notFor: string;
  /** SHA-256 of the files of the model, in hexadecimal, by file name. */
  readonly sha256: Readonly<Record<string, string>>;
}
