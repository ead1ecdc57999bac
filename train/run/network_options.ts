/**
 * Options of the command line for the network that is trained.
 *
 * @module
 */
import type { Command } from "commander";
import { parseNumbers } from "../../shared/argument.ts";
import type { TrainingSettings } from "../fit/training_settings.ts";
import { depthRange } from "../network/unet_architecture.ts";
import { choiceParser, numberParser } from "../terminal/command_line.ts";

const [shallowest, deepest] = depthRange;

/** How a 3x3 convolution is done (see `UNetArchitecture`). */
const convolutionChoices = ["plain", "separable"] as const;

/** The options as commander reads them. */
export interface NetworkOptions {
  readonly depth?: number;
  readonly features?: number | readonly number[];
  readonly convolutions?: typeof convolutionChoices[number];
}

/**
 * Adds the options.
 *
 * @param byRecipe Says what a setting is where the option is not given.
 */
export function addNetworkOptions(
  command: Command,
  byRecipe: (value: (settings: TrainingSettings) => unknown) => string,
): Command {
  return command
    .option(
      "--depth <n>",
      `encoder blocks, ${shallowest} to ${deepest} ${byRecipe((s) => s.depth)}`,
      numberParser("--depth", { integer: true, minimum: shallowest, maximum: deepest }),
    )
    .option(
      "--features <n>",
      `features at every level, or each level's, with commas ${byRecipe((s) => s.features)}`,
      featuresParser,
    )
    .option(
      "--convolutions <name>",
      `plain, or separable: 3x3 by channel, then 1x1 ${
        byRecipe((s) => s.separable ? "separable" : "plain")
      }`,
      choiceParser("--convolutions", convolutionChoices),
    );
}

/** The recipe's network, with what the command line changed of it. */
export function networkOf(
  recipe: TrainingSettings,
  options: NetworkOptions,
): Pick<TrainingSettings, "depth" | "features" | "separable"> {
  const { convolutions } = options;
  return {
    ...levelsOf(recipe, options),
    ...(convolutions && { separable: convolutions === "separable" }),
  };
}

/**
 * Depth and features: a list of features has the depth in it. A depth alone takes as many of the recipe's levels,
 * the lowest again and again where it has fewer.
 */
function levelsOf(
  recipe: TrainingSettings,
  { depth: wanted, features = recipe.features }: NetworkOptions,
): Pick<TrainingSettings, "depth" | "features"> {
  if (typeof features === "number") return { depth: wanted ?? recipe.depth, features };
  const depth = wanted ?? features.length, lowest = features[features.length - 1];
  return {
    depth,
    features: Array.from({ length: depth }, (_, level) => features[level] ?? lowest),
  };
}

/** `32` for every level, or `16,32,64`, one for each. */
function featuresParser(text: string): number | readonly number[] {
  const counts = parseNumbers("--features", text, { integer: true, minimum: 1 });
  return counts.length === 1 ? counts[0] : counts;
}
