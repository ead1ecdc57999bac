/**
 * `deno task evaluate`: a model's Dice on patients with reference masks.
 *
 * @module
 */
import { join } from "node:path";
import { Command } from "commander";
import { notForClinicalUse, runCommand } from "../terminal/command_line.ts";
import { evaluateModel } from "../evaluation/evaluate_model.ts";
import { summarize } from "../evaluation/evaluation.ts";
import { evaluationTable } from "../evaluation/evaluation_table.ts";
import { modelFolder, readModel } from "../export/model_folder.ts";
import { readPatients } from "../data/read_patients.ts";
import { makeFolder } from "../storage/make_folder.ts";
import { writeWholeFile } from "../storage/write_whole_file.ts";
import { writeOverlays } from "../report/overlays.ts";

interface Options {
  readonly model: string;
  readonly data: string;
  readonly out?: string;
}

const command = new Command("evaluate")
  .description(
    "Measures a model on patients with reference masks: volume Dice for each, mean, median.",
  )
  .requiredOption("--model <folder>", "model.onnx and card.json", modelFolder)
  .requiredOption(
    "--data <folder>",
    "patients, as PATIENT/PATIENT_N.tif and PATIENT_N_mask.tif, or PATIENT_flair.nii.gz and PATIENT_seg.nii.gz",
  )
  .option("--out <folder>", "where evaluation.json and an overlay for each patient go")
  .action(async ({ model: folder, data, out }: Options) => {
    const model = await readModel(folder);
    const evaluated = await evaluateModel(model, await readPatients(data));
    const result = summarize(evaluated.map(({ evaluation }) => evaluation));
    console.log(evaluationTable(result));
    console.log(
      `\n${model.card.name} ${model.card.version} on ${result.patients.length} patients of ${data}`,
    );
    console.log(notForClinicalUse);
    if (out === undefined) return;
    await makeFolder(out);
    const { name, version, sha256 } = model.card;
    const json = { model: { name, version, sha256 }, data, ...result, notFor: notForClinicalUse };
    await writeWholeFile(join(out, "evaluation.json"), JSON.stringify(json, null, 2) + "\n");
    await writeOverlays(join(out, "overlays"), evaluated);
  });

await runCommand(command);
