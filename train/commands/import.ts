/**
 * `deno task import`: weights of the reference method, as PyTorch names them, into a model of ours.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import { Command } from "commander";
import { parseChoice } from "../../shared/argument.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import { referencePreprocessing } from "../../shared/scaling.ts";
import { type Sequence, sequences } from "../../shared/sequence.ts";
import { usualThreshold } from "../../shared/threshold.ts";
import { openBackend } from "../engine/backend.ts";
import { buildModel, type ModelDescription } from "../export/build_model.ts";
import { notForClinicalUse, runCommand } from "../terminal/command_line.ts";
import { importWeights } from "../export/import_weights.ts";
import { writeModel } from "../export/model_folder.ts";
import { networkPrediction } from "../network/network_prediction.ts";

interface Options {
  readonly weights: string;
  readonly out: string;
  readonly card?: string;
  readonly name?: string;
  readonly sequence?: Sequence;
}

/** What the card says where nobody told: that nobody did. */
const unknown = "unknown: imported weights";

const command = new Command("import")
  .description("Turns PyTorch-named weights of the reference method into model.onnx and card.json.")
  .requiredOption("--weights <file>", "safetensors file with the weights")
  .requiredOption("--out <folder>", "the model's folder")
  .option("--card <file>", "JSON with the card's descriptive fields, such as an earlier card.json")
  .option("--name <name>", "the model's name (default: the card's, else the weights' file name)")
  .option(
    "--sequence <name>",
    `what the input of a one-channel network holds: ${sequences.join(", ")}`,
    (text: string) => parseChoice("--sequence", text, sequences),
  )
  .action(async (options: Options) => {
    const network = await readWeights(options.weights);
    const description = describe(
      options,
      await readCard(options.card),
      network.architecture.inputChannels,
    );
    const { kernels } = await openBackend("auto");
    const predict = networkPrediction(network.architecture, network.weights, kernels);
    const { difference, ...model } = await buildModel(network, description, predict);
    await writeModel(options.out, model);
    console.log(
      `${options.out}: ${description.name}, within ${
        difference.toExponential(1)
      } of the imported network`,
    );
    console.log(notForClinicalUse);
  });

async function readWeights(file: string) {
  try {
    return importWeights(await readFile(file));
  } catch (error) {
    throw new Error(`Cannot use --weights ${file}: ${(error as Error).message}`, { cause: error });
  }
}

async function readCard(file?: string): Promise<Partial<ModelCard>> {
  if (file === undefined) return {};
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new Error(`Cannot use --card ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function describe(
  { weights, name, sequence }: Options,
  card: Partial<ModelCard>,
  inputChannels: number,
): ModelDescription {
  return {
    name: name ?? card.name ?? basename(weights, extname(weights)),
    version: card.version ?? "1.0.0",
    sequences: sequence ? [sequence] : card.input?.sequences ?? inputSequences(inputChannels),
    preprocessing: card.preprocessing ?? referencePreprocessing,
    threshold: card.threshold ?? usualThreshold,
    smallestComponent: card.smallestComponent ?? 0,
    training: card.training ?? { data: unknown, patients: unknown, recipe: unknown },
    intensities: card.intensities,
    evaluation: card.evaluation ?? [],
    licence: card.licence ?? unknown,
    source: card.source ?? basename(weights),
    notFor: card.notFor ?? notForClinicalUse,
  };
}

function inputSequences(inputChannels: number): readonly Sequence[] {
  if (inputChannels === sequences.length) return sequences;
  throw new TypeError(
    `Cannot import the weights as --sequence must say what their ${inputChannels} input channel holds`,
  );
}

await runCommand(command);
