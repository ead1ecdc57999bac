/**
 * `deno task export`: the best checkpoint of a run as a model.
 *
 * @module
 */
import { join } from "node:path";
import { Command } from "commander";
import { openBackend } from "../engine/backend.ts";
import { choiceParser, notForClinicalUse, runCommand } from "../terminal/command_line.ts";
import { encodeCheckpoint, readCheckpoint } from "../run/checkpoint.ts";
import { runFiles } from "../run/run_folder.ts";
import { exportQuantizedRun, exportRun } from "../export/export_run.ts";
import { type Model, writeModelWithWeights } from "../export/model_folder.ts";

interface Options {
  readonly run: string;
  readonly out: string;
  readonly quantize?: "int8";
  readonly data?: string;
}

/** Exports, and says in words how close the model is to the network. */
async function exportAs({ run, quantize, data }: Options): Promise<[model: Model, check: string]> {
  const { kernels } = await openBackend("auto");
  if (quantize) {
    const { agreement, ...model } = await exportQuantizedRun(run, kernels, data);
    return [model, `8 bits, its outlines with a Dice of ${agreement.toFixed(4)} against floats`];
  }
  const { difference, ...model } = await exportRun(run, kernels);
  return [model, `within ${difference.toExponential(1)} of the network`];
}

const command = new Command("export")
  .description(
    "Exports the best checkpoint of a run as model.onnx, card.json and weights.safetensors, and checks it.",
  )
  .requiredOption("--run <folder>", "the run, as deno task train left it")
  .requiredOption("--out <folder>", "the model's folder")
  .option(
    "--quantize <type>",
    "int8: a quarter of the size; on a WebAssembly thread faster with plain convolutions, slower with separable ones; " +
      "fitted to slices the run learned from",
    choiceParser("--quantize", ["int8"] as const),
  )
  .option("--data <folder>", "where those slices lie now (default: where they were)")
  .action(async (options: Options) => {
    const { run, out } = options, [model, check] = await exportAs(options);
    const checkpoint = await readCheckpoint(join(run, runFiles.best));
    await writeModelWithWeights(out, model, encodeCheckpoint(checkpoint, "F16"));
    console.log(`${out}: epoch ${model.card.training.epoch} of ${run}, ${check}`);
    console.log(notForClinicalUse);
  });

await runCommand(command);
