/**
 * `deno task export`: the best checkpoint of a run as a model.
 *
 * @module
 */
import { Command } from "commander";
import { openBackend } from "../engine/backend.ts";
import { notForClinicalUse, runCommand } from "../terminal/command_line.ts";
import { exportRun } from "../export/export_run.ts";
import { writeModel } from "../export/model_folder.ts";

interface Options {
  readonly run: string;
  readonly out: string;
}

const command = new Command("export")
  .description("Exports the best checkpoint of a run as model.onnx and card.json, and checks it.")
  .requiredOption("--run <folder>", "the run, as deno task train left it")
  .requiredOption("--out <folder>", "the model's folder")
  .action(async ({ run, out }: Options) => {
    const { kernels } = await openBackend("auto");
    const { difference, ...model } = await exportRun(run, kernels);
    await writeModel(out, model);
    console.log(
      `${out}: epoch ${model.card.training.epoch} of ${run}, within ${
        difference.toExponential(1)
      } of the network`,
    );
    console.log(notForClinicalUse);
  });

await runCommand(command);
