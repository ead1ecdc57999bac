/**
 * What every command that trains can be told: an option for each setting.
 *
 * @module
 */
import type { Command } from "commander";
import { parseNumbers } from "../../shared/argument.ts";
import type { Preprocessing } from "../../shared/scaling.ts";
import { sequences } from "../../shared/sequence.ts";
import { addAugmentationOptions, type AugmentationOptions } from "./augmentation_options.ts";
import { choiceParser, countParser, numberParser } from "../terminal/command_line.ts";
import { type Precision, precisions } from "../engine/kernels/precision.ts";
import { type LossKind, lossKinds } from "../fit/loss.ts";
import { momentumKinds, type Schedule, scheduleKinds } from "../fit/schedule.ts";
import { addMachineOptions, type MachineOptions } from "./machine_options.ts";
import { addConstantEndOptions, type ConstantEndOptions } from "./constant_end_options.ts";
import { addNetworkOptions, type NetworkOptions } from "./network_options.ts";
import {
  type CheckpointChoice,
  checkpointChoices,
  type RecipeName,
  recipeNames,
  recipes,
  scalings,
  type TrainingSettings,
} from "../fit/training_settings.ts";

/** What the command line may hold; a setting that is absent is the recipe's. */
export interface TrainingOptions
  extends AugmentationOptions, ConstantEndOptions, MachineOptions, NetworkOptions {
  readonly recipe: RecipeName;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly loss?: LossKind;
  readonly crossEntropyWeight?: number;
  readonly schedule?: Schedule["kind"];
  readonly learningRate?: number;
  readonly milestones?: number[];
  readonly gamma?: number;
  readonly warmup?: number;
  readonly momentum?: Schedule["momentum"];
  readonly weightDecay?: number;
  readonly clipNorm?: number;
  readonly average?: number;
  readonly patience?: number;
  readonly checkpoint?: CheckpointChoice;
  readonly sequence?: "all" | typeof sequences[number];
  readonly scaling?: Preprocessing["method"];
  readonly precision?: Precision;
  readonly seed?: number;
  readonly splitSeed?: number;
  readonly downsampling?: number;
  readonly crop?: number;
  readonly tumorWeight?: number;
  readonly smallestComponent?: number;
}

const share = { minimum: 0, below: 1 };
const seedRange = { integer: true, minimum: 0, maximum: 0xffffffff };

/** "best: 3e-3, reference: 1e-4", or one value where the recipes agree. */
function byRecipe(value: (settings: TrainingSettings) => unknown): string {
  const values = recipeNames.map((name) => String(value(recipes[name])) || "none");
  if (new Set(values).size === 1) return `(default: ${values[0]})`;
  return `(${recipeNames.map((name, index) => `${name}: ${values[index]}`).join(", ")})`;
}

/** Adds the options of {@linkcode TrainingOptions} to a command. */
export function addTrainingOptions(command: Command): Command {
  addSettings(command);
  addConstantEndOptions(command, byRecipe);
  addNetworkOptions(command, byRecipe);
  addAugmentationOptions(command, (name) => byRecipe((s) => s.augmentation[name]));
  return addMachineOptions(command);
}

function addSettings(command: Command): Command {
  return command
    .option(
      "--recipe <name>",
      "settings to start from: best, preview (half the resolution), reference (the original method)",
      choiceParser("--recipe", recipeNames),
      "best",
    )
    .option(
      "--epochs <n>",
      `times to go through the training patients ${byRecipe((s) => s.epochs)}`,
      countParser("--epochs"),
    )
    .option(
      "--batch-size <n>",
      `slices a step ${byRecipe((s) => s.batchSize)}`,
      countParser("--batch-size"),
    )
    .option(
      "--loss <name>",
      `${lossKinds.join(", ")} (with cross-entropy) ${byRecipe((s) => s.loss)}`,
      choiceParser("--loss", lossKinds),
    )
    .option(
      "--cross-entropy-weight <w>",
      `what dice+ce multiplies the cross-entropy by ${byRecipe((s) => s.crossEntropyWeight)}`,
      numberParser("--cross-entropy-weight", { minimum: 0 }),
    )
    .option(
      "--schedule <name>",
      `learning rate over time: ${scheduleKinds.join(", ")} ${byRecipe((s) => s.schedule.kind)}`,
      choiceParser("--schedule", scheduleKinds),
    )
    .option(
      "--learning-rate <rate>",
      `step size of Adam, at its highest ${byRecipe((s) => s.schedule.learningRate)}`,
      numberParser("--learning-rate", { above: 0 }),
    )
    .option(
      "--milestones <epochs>",
      `epochs, separated by commas, after which the learning rate of --schedule milestones falls, by --gamma ${
        byRecipe((s) => s.schedule.milestones)
      }`,
      (text: string) => parseNumbers("--milestones", text, { integer: true, minimum: 1 }),
    )
    .option(
      "--gamma <factor>",
      `what each of --milestones multiplies the learning rate by ${
        byRecipe((s) => s.schedule.gamma)
      }`,
      numberParser("--gamma", { above: 0, maximum: 1 }),
    )
    .option(
      "--warmup <share>",
      `share of the steps of --schedule in which the learning rate rises, of cosine and one-cycle ${
        byRecipe((s) => s.schedule.warmup)
      }`,
      numberParser("--warmup", share),
    )
    .option(
      "--momentum <name>",
      `Adam's, over time: constant (0.9), cycled (0.95 to 0.85 and back, of one-cycle) ${
        byRecipe((s) => s.schedule.momentum)
      }`,
      choiceParser("--momentum", momentumKinds),
    )
    .option(
      "--weight-decay <share>",
      `AdamW's weight decay; 0: Adam ${byRecipe((s) => s.weightDecay)}`,
      numberParser("--weight-decay", { minimum: 0 }),
    )
    .option(
      "--clip-norm <length>",
      `longest gradient; 0: any ${byRecipe((s) => s.clipNorm)}`,
      numberParser("--clip-norm", { minimum: 0 }),
    )
    .option(
      "--average <decay>",
      `running average of the weights; 0: none ${byRecipe((s) => s.averageDecay)}`,
      numberParser("--average", share),
    )
    .option(
      "--patience <epochs>",
      `stop after as many epochs without a lower validation loss, whose patients there must be; 0: never ${
        byRecipe((s) => s.patience)
      }`,
      numberParser("--patience", { integer: true, minimum: 0 }),
    )
    .option(
      "--checkpoint <name>",
      `epoch whose weights are the result: best (lowest validation loss), last ${
        byRecipe((s) => s.checkpoint)
      }`,
      choiceParser("--checkpoint", checkpointChoices),
    )
    .option(
      "--sequence <name>",
      `what the network sees: ${["all", ...sequences].join(", ")} (default: all)`,
      choiceParser("--sequence", ["all", ...sequences]),
    )
    .option(
      "--scaling <name>",
      `percentile (of the whole image), foreground (of the head) ${
        byRecipe((s) => s.preprocessing.method)
      }`,
      choiceParser("--scaling", Object.keys(scalings) as Preprocessing["method"][]),
    )
    .option(
      "--downsampling <factor>",
      `the network sees slices smaller by this factor ${byRecipe((s) => s.downsampling)}`,
      countParser("--downsampling"),
    )
    .option(
      "--crop <pixels>",
      `learn from windows of this size over the head, at most that of the slices; 0: from whole slices ${
        byRecipe((s) => s.crop)
      }`,
      numberParser("--crop", { integer: true, minimum: 0 }),
    )
    .option(
      "--tumor-weight <n>",
      `times as often a slice with tumor is drawn ${byRecipe((s) => s.tumorWeight)}`,
      numberParser("--tumor-weight", { above: 0 }),
    )
    .option(
      "--smallest-component <share>",
      `leave out pieces under this share of the largest one ${
        byRecipe((s) => s.smallestComponent)
      }`,
      numberParser("--smallest-component", { minimum: 0, maximum: 1 }),
    )
    .option(
      "--precision <name>",
      `${precisions.join(", ")} (activations; TensorFlow only) ${byRecipe((s) => s.precision)}`,
      choiceParser("--precision", precisions),
    )
    .option(
      "--seed <n>",
      `fixes the split, the first weights and the order of the slices ${byRecipe((s) => s.seed)}`,
      numberParser("--seed", seedRange),
    )
    .option(
      "--split-seed <n>",
      "fixes the split alone, for other seeds on the same patients (default: that of --seed)",
      numberParser("--split-seed", seedRange),
    );
}
