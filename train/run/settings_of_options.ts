/**
 * The settings that options make of a recipe.
 *
 * @module
 */
import { sequences } from "../../shared/sequence.ts";
import { recipes, scalings, type TrainingSettings } from "../fit/training_settings.ts";
import { augmentationOf } from "./augmentation_options.ts";
import { constantEndOf } from "./constant_end_options.ts";
import { networkOf } from "./network_options.ts";
import { assertOptionsHaveEffect, type CheckedOptions } from "./options_without_effect.ts";
import type { TrainingOptions } from "./training_options.ts";

/** The entries of an object that were given. */
function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

/**
 * The recipe's settings, with what the command line changed of them.
 *
 * @throws {TypeError} when an option was given that would have no effect.
 * @throws {RangeError} when the epochs at a constant rate would leave none before them.
 */
export function settingsOf(options: CheckedOptions): TrainingSettings {
  const settings = changedRecipe(options);
  assertOptionsHaveEffect(options, settings);
  return settings;
}

function changedRecipe(options: TrainingOptions): TrainingSettings {
  const recipe = recipes[options.recipe], { constantEnd: _own, ...others } = recipe;
  const { epochs, batchSize, loss, weightDecay, clipNorm, patience, crop, checkpoint } = options;
  const { precision, seed, splitSeed, sequence, scaling, average, schedule: kind } = options;
  const { learningRate, milestones, gamma, warmup, momentum, downsampling } = options;
  const { tumorWeight, smallestComponent, crossEntropyWeight } = options;
  const constantEnd = constantEndOf(recipe, epochs ?? recipe.epochs, options);
  return {
    ...others,
    ...given({ epochs, batchSize, loss, weightDecay, clipNorm, patience, crop, checkpoint }),
    ...networkOf(recipe, options),
    ...given({
      crossEntropyWeight,
      constantEnd,
      precision,
      seed,
      splitSeed,
      averageDecay: average,
      downsampling,
      tumorWeight,
      smallestComponent,
    }),
    augmentation: augmentationOf(recipe.augmentation, options),
    ...given({ sequences: sequence && (sequence === "all" ? sequences : [sequence]) }),
    ...given({ preprocessing: scaling && scalings[scaling] }),
    schedule: {
      ...recipe.schedule,
      ...given({ kind, learningRate, milestones, gamma, warmup, momentum }),
    },
  } as TrainingSettings;
}
