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
import { runTraining } from "../training_run.ts";
import { depthRange } from "../unet_architecture.ts";

type SequenceChoice = "all" | typeof sequences[number];

interface Options {
  readonly data: string;
  readonly out: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly milestones: number[];
  readonly gamma: number;
  readonly depth: number;
  readonly features: number;
  readonly sequence: SequenceChoice;
  readonly validation: number;
  readonly seed: number;
  readonly backend: BackendChoice;
}

const number = (name: string, limits: NumberLimits) => (text: string) =>
  parseNumber(name, text, limits);
const count = (name: string) => number(name, { integer: true, minimum: 1 });
const [shallowest, deepest] = depthRange;

const command = new Command("train")
  .description("Trains the U-Net. Defaults are those of the reference method.")
  .requiredOption("--data <folder>", "patients, as PATIENT/PATIENT_N.tif and PATIENT_N_mask.tif")
  .requiredOption("--out <folder>", "the run's folder, new or empty: checkpoints, figures, report")
  .option("--epochs <n>", "times to go through the training patients", count("--epochs"), 150)
  .option("--batch-size <n>", "slices a step", count("--batch-size"), 8)
  .option(
    "--learning-rate <rate>",
    "step size of Adam",
    number("--learning-rate", { above: 0 }),
    1e-4,
  )
  .option(
    "--milestones <epochs>",
    "epochs, separated by commas, after which the learning rate falls",
    (text: string) => parseNumbers("--milestones", text, { integer: true, minimum: 1 }),
    [30],
  )
  .option(
    "--gamma <factor>",
    "what the learning rate is multiplied by at a milestone",
    number("--gamma", { above: 0, maximum: 1 }),
    0.1,
  )
  .option(
    "--depth <n>",
    `encoder blocks, ${shallowest} to ${deepest}`,
    number("--depth", { integer: true, minimum: shallowest, maximum: deepest }),
    4,
  )
  .option("--features <n>", "features at every level", count("--features"), 32)
  .option(
    "--sequence <name>",
    `what the network sees: ${["all", ...sequences].join(", ")}`,
    (text: string) => parseChoice("--sequence", text, ["all", ...sequences]),
    "all",
  )
  .option(
    "--validation <share>",
    "share of the patients to measure on instead of learning from",
    number("--validation", { above: 0, below: 1 }),
    0.2,
  )
  .option(
    "--seed <n>",
    "fixes the split, the first weights and the order of the slices",
    number("--seed", { integer: true, minimum: 0, maximum: 0xffffffff }),
    42,
  )
  .option(
    "--backend <name>",
    `engine: ${backendChoices.join(", ")}`,
    (text: string) => parseChoice("--backend", text, backendChoices),
    "auto",
  )
  .action(async (options: Options) => {
    const chosen = options.sequence === "all" ? sequences : [options.sequence];
    await runTraining({ ...options, sequences: chosen }, console.log);
  });

await runCommand(command);
