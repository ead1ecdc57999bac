/**
 * An option of the command line for every part of the augmentation.
 *
 * @module
 */
import type { Command } from "commander";
import { numberParser } from "../terminal/command_line.ts";
import { type Augmentation, augmentationLimits } from "../data/augmentation.ts";

/** What each setting does, for `--help`. */
const explanations: Readonly<Record<keyof Augmentation, string>> = {
  rotation: "turn slices by up to so many degrees",
  zoom: "scale them by up to this share",
  shift: "move them by up to this share of their size",
  flip: "probability of left for right",
  verticalFlip: "probability of top for bottom",
  gamma: "spread of the gamma of each sequence",
  contrast: "spread of its contrast",
  gain: "spread of its gain",
  brightness: "spread of its brightness",
  noise: "standard deviation of added noise, at most",
  blur: "standard deviation of a blur in pixels, at most",
  sliceScaling: "probability of a slice scaled by its own percentiles",
  divisorJitter: "spread of the error in a slice's scaling, its divisor",
  offsetJitter: "spread of the error in a slice's scaling, its offset",
  sequenceDropout: "probability that FLAIR replaces another sequence",
  tumorFading: "share of its contrast in FLAIR that a tumor loses, at most",
};

const names = Object.keys(explanations) as (keyof Augmentation)[];

/** `verticalFlip` as an option: `--augment-vertical-flip`. */
function flagOf(name: string): string {
  return `--augment-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What commander calls that option: `augmentVerticalFlip`. */
function keyOf(name: keyof Augmentation) {
  return `augment${name[0].toUpperCase()}${name.slice(1)}` as const;
}

/** The options as commander reads them. */
export type AugmentationOptions = {
  readonly [Name in keyof Augmentation as `augment${Capitalize<Name>}`]?: number;
};

/**
 * Adds an option for each setting.
 *
 * @param defaultOf Says what a setting is where the option is not given.
 */
export function addAugmentationOptions(
  command: Command,
  defaultOf: (name: keyof Augmentation) => string,
): Command {
  for (const name of names) {
    const flag = flagOf(name), limits = { minimum: 0, maximum: augmentationLimits[name] };
    const help = `${explanations[name]} ${defaultOf(name)}`;
    command.option(`${flag} <n>`, help, numberParser(flag, limits));
  }
  return command;
}

/** The augmentation with what the command line changed of it. */
export function augmentationOf(
  recipe: Augmentation,
  options: AugmentationOptions,
): Augmentation {
  const given = options as Readonly<Record<string, number | undefined>>;
  return Object.fromEntries(
    names.map((name) => [name, given[keyOf(name)] ?? recipe[name]]),
  ) as unknown as Augmentation;
}
