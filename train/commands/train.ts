/**
 * `deno task train`: trains the U-Net on a data set.
 *
 * @module
 */
import { Command } from "commander";
import {
  type NumberLimits,
  parseChoice,
  parseNumber,
  parseNumbers,
} from "../../shared/argument.ts";
import { sequences } from "../../shared/sequence.ts";
import { type BackendChoice, backendChoices } from "../backend.ts";
import { runCommand } from "../command_line.ts";
import { type Precision, precisions } from "../kernels/precision.ts";
import { type LossKind, lossKinds } from "../loss.ts";
import { type Schedule, scheduleKinds } from "../schedule.ts";
import { resumeRun, startRun } from "../training_run.ts";
import {
  type RecipeName,
  recipeNames,
  recipes,
  type TrainingSettings,
} from "../training_settings.ts";
import { depthRange } from "../unet_architecture.ts";

/** What the command line may hold; a setting that is absent is the recipe's. */
interface Options {
  readonly data?: string;
  readonly out?: string;
  readonly resume?: string;
  readonly recipe: RecipeName;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly loss?: LossKind;
  readonly schedule?: Schedule["kind"];
  readonly learningRate?: number;
  readonly milestones?: number[];
  readonly gamma?: number;
  readonly warmup?: number;
  readonly weightDecay?: number;
  readonly clipNorm?: number;
  readonly average?: number;
  readonly patience?: number;
  readonly depth?: number;
  readonly features?: number;
  readonly sequence?: "all" | typeof sequences[number];
  readonly precision?: Precision;
  readonly seed?: number;
  readonly validation: number;
  readonly backend: BackendChoice;
}

/** The entries of an object that were given. */
function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

function settingsOf(options: Options): TrainingSettings {
  const recipe = recipes[options.recipe];
  const { epochs, batchSize, loss, weightDecay, clipNorm, patience, depth, features } = options;
  const { precision, seed, sequence, average, schedule: kind } = options;
  const { learningRate, milestones, gamma, warmup } = options;
  return {
    ...recipe,
    ...given({ epochs, batchSize, loss, weightDecay, clipNorm, patience, depth, features }),
    ...given({ precision, seed, averageDecay: average }),
    ...given({ sequences: sequence && (sequence === "all" ? sequences : [sequence]) }),
    schedule: { ...recipe.schedule, ...given({ kind, learningRate, milestones, gamma, warmup }) },
  } as TrainingSettings;
}

async function run(options: Options): Promise<void> {
  const { data, out, resume, recipe, validation, backend } = options;
  if (resume !== undefined) {
    await resumeRun({ run: resume, data, backend }, console.log);
    return;
  }
  if (data === undefined) {
    throw new TypeError("Cannot train as --data must be given: the patients' folder");
  }
  if (out === undefined) {
    throw new TypeError("Cannot train as --out must be given: the run's folder");
  }
  const settings = settingsOf(options);
  await startRun({ data, out, recipe, settings, validation, backend }, console.log);
}

const number = (name: string, limits: NumberLimits) => (text: string) =>
  parseNumber(name, text, limits);
const count = (name: string) => number(name, { integer: true, minimum: 1 });
const choice = <T extends string>(name: string, choices: readonly T[]) => (text: string) =>
  parseChoice(name, text, choices);
const share = { minimum: 0, below: 1 };
const [shallowest, deepest] = depthRange;

/** "best: 3e-3, reference: 1e-4", or one value where the recipes agree. */
function byRecipe(value: (settings: TrainingSettings) => unknown): string {
  const values = recipeNames.map((name) => String(value(recipes[name])) || "none");
  if (new Set(values).size === 1) return `(default: ${values[0]})`;
  return `(${recipeNames.map((name, index) => `${name}: ${values[index]}`).join(", ")})`;
}

const command = new Command("train")
  .description("Trains the U-Net on patients with reference masks.")
  .option("--data <folder>", "patients, as PATIENT/PATIENT_N.tif and PATIENT_N_mask.tif")
  .option("--out <folder>", "the run's folder, new or empty: checkpoints, figures, report")
  .option(
    "--resume <run>",
    "go on with a run that stopped, with its settings; --data only if it has moved",
  )
  .option(
    "--recipe <name>",
    `settings to start from: ${recipeNames.join(", ")} (the original method)`,
    choice("--recipe", recipeNames),
    "best",
  )
  .option(
    "--epochs <n>",
    `times to go through the training patients ${byRecipe((s) => s.epochs)}`,
    count("--epochs"),
  )
  .option(
    "--batch-size <n>",
    `slices a step ${byRecipe((s) => s.batchSize)}`,
    count("--batch-size"),
  )
  .option(
    "--loss <name>",
    `${lossKinds.join(", ")} (with cross-entropy) ${byRecipe((s) => s.loss)}`,
    choice("--loss", lossKinds),
  )
  .option(
    "--schedule <name>",
    `learning rate over time: ${scheduleKinds.join(", ")} ${byRecipe((s) => s.schedule.kind)}`,
    choice("--schedule", scheduleKinds),
  )
  .option(
    "--learning-rate <rate>",
    `step size of Adam, at its highest ${byRecipe((s) => s.schedule.learningRate)}`,
    number("--learning-rate", { above: 0 }),
  )
  .option(
    "--milestones <epochs>",
    `epochs, separated by commas, after which the learning rate falls ${
      byRecipe((s) => s.schedule.milestones)
    }`,
    (text: string) => parseNumbers("--milestones", text, { integer: true, minimum: 1 }),
  )
  .option(
    "--gamma <factor>",
    `what a milestone multiplies the learning rate by ${byRecipe((s) => s.schedule.gamma)}`,
    number("--gamma", { above: 0, maximum: 1 }),
  )
  .option(
    "--warmup <share>",
    `share of the run in which the learning rate rises ${byRecipe((s) => s.schedule.warmup)}`,
    number("--warmup", share),
  )
  .option(
    "--weight-decay <share>",
    `AdamW's weight decay; 0: Adam ${byRecipe((s) => s.weightDecay)}`,
    number("--weight-decay", { minimum: 0 }),
  )
  .option(
    "--clip-norm <length>",
    `longest gradient; 0: any ${byRecipe((s) => s.clipNorm)}`,
    number("--clip-norm", { minimum: 0 }),
  )
  .option(
    "--average <decay>",
    `running average of the weights; 0: none ${byRecipe((s) => s.averageDecay)}`,
    number("--average", share),
  )
  .option(
    "--patience <epochs>",
    `stop after as many epochs without a lower validation loss; 0: never ${
      byRecipe((s) => s.patience)
    }`,
    number("--patience", { integer: true, minimum: 0 }),
  )
  .option(
    "--depth <n>",
    `encoder blocks, ${shallowest} to ${deepest} ${byRecipe((s) => s.depth)}`,
    number("--depth", { integer: true, minimum: shallowest, maximum: deepest }),
  )
  .option(
    "--features <n>",
    `features at every level ${byRecipe((s) => s.features)}`,
    count("--features"),
  )
  .option(
    "--sequence <name>",
    `what the network sees: ${["all", ...sequences].join(", ")} (default: all)`,
    choice("--sequence", ["all", ...sequences]),
  )
  .option(
    "--precision <name>",
    `${precisions.join(", ")} (activations; TensorFlow only) ${byRecipe((s) => s.precision)}`,
    choice("--precision", precisions),
  )
  .option(
    "--seed <n>",
    `fixes the split, the first weights and the order of the slices ${byRecipe((s) => s.seed)}`,
    number("--seed", { integer: true, minimum: 0, maximum: 0xffffffff }),
  )
  .option(
    "--validation <share>",
    "share of the patients to measure on instead of learning from",
    number("--validation", { above: 0, below: 1 }),
    0.2,
  )
  .option(
    "--backend <name>",
    `engine: ${backendChoices.join(", ")}`,
    choice("--backend", backendChoices),
    "auto",
  )
  .action(run);

await runCommand(command);
