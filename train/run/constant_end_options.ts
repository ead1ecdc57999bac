/**
 * Options of the command line for the epochs at a constant rate at the end of a run.
 *
 * @module
 */
import type { Command } from "commander";
import { type ConstantEnd, type RunLength, usualConstantEnd } from "../fit/constant_end.ts";
import type { TrainingSettings } from "../fit/training_settings.ts";
import { numberParser } from "../terminal/command_line.ts";

/** The options as commander reads them. */
export interface ConstantEndOptions {
  readonly constantEpochs?: number;
  readonly constantRate?: number;
  readonly constantAverage?: number;
}

/**
 * Adds the options.
 *
 * @param byRecipe Says what a setting is where its option is not given.
 */
export function addConstantEndOptions(
  command: Command,
  byRecipe: (value: (settings: TrainingSettings) => unknown) => string,
): Command {
  return command
    .option(
      "--constant-epochs <n>",
      "epochs at the end of --epochs, after those of --schedule, that start anew from the weights so far (their " +
        "average) at a constant rate; a recipe's own are in proportion to --epochs, rounded down " +
        byRecipe(({ epochs, constantEnd }) =>
          constantEnd ? `${constantEnd.epochs} of ${epochs}` : 0
        ),
      numberParser("--constant-epochs", { integer: true, minimum: 0 }),
    )
    .option(
      "--constant-rate <rate>",
      `learning rate of --constant-epochs ${
        byRecipe(({ constantEnd = usualConstantEnd }) => constantEnd.learningRate)
      }`,
      numberParser("--constant-rate", { above: 0 }),
    )
    .option(
      "--constant-average <decay>",
      `running average of the weights in --constant-epochs, begun anew; 0: none ${
        byRecipe(({ constantEnd = usualConstantEnd }) => constantEnd.averageDecay)
      }`,
      numberParser("--constant-average", { minimum: 0, below: 1 }),
    );
}

/**
 * The constant end of a run; undefined where it has none.
 *
 * @param recipe Its own epochs at a constant rate keep their share of the run.
 * @param epochs Of the whole run.
 * @throws {RangeError} when no epoch would be left before it.
 */
export function constantEndOf(
  recipe: RunLength,
  epochs: number,
  { constantEpochs, constantRate, constantAverage }: ConstantEndOptions,
): ConstantEnd | undefined {
  const { constantEnd = { epochs: 0, ...usualConstantEnd } } = recipe;
  const last = constantEpochs ?? Math.floor(epochs * constantEnd.epochs / recipe.epochs);
  if (last >= epochs) {
    throw new RangeError(
      `Cannot train as --constant-epochs must be below --epochs, which is ${epochs}: current value is ${last}`,
    );
  }
  if (last === 0) return undefined;
  return {
    epochs: last,
    learningRate: constantRate ?? constantEnd.learningRate,
    averageDecay: constantAverage ?? constantEnd.averageDecay,
  };
}
