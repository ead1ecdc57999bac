/**
 * `deno task crossvalidate`: measures a training's settings on every patient of a data set.
 *
 * @module
 */
import { Command } from "commander";
import { notForClinicalUse, numberParser, runCommand } from "../terminal/command_line.ts";
import { crossvalidate } from "../crossvalidation/crossvalidate.ts";
import { crossvalidationTable } from "../crossvalidation/table.ts";
import { machineOf } from "../run/machine_options.ts";
import { settingsOf } from "../run/settings_of_options.ts";
import { addTrainingOptions, type TrainingOptions } from "../run/training_options.ts";

interface Options extends TrainingOptions {
  readonly data: string;
  readonly out: string;
  readonly folds: number;
  readonly start?: string;
}

const command = new Command("crossvalidate")
  .description(
    "Trains a network for each fold of the patients and measures it on that fold. When stopped, the same command " +
      "goes on.",
  )
  .requiredOption(
    "--data <folder>",
    "patients, as PATIENT/PATIENT_N.tif and PATIENT_N_mask.tif, or PATIENT_flair.nii.gz and PATIENT_seg.nii.gz",
  )
  .requiredOption("--out <folder>", "new or empty: a run for each fold, figures, report")
  .option(
    "--folds <n>",
    "folds of the patients, each with its share of every institution",
    numberParser("--folds", { integer: true, minimum: 2 }),
    5,
  )
  .option(
    "--start <folder>",
    "a finished cross-validation of the same folds: each fold's network starts from that fold's; one with more levels " +
      "gets them on top",
  );

addTrainingOptions(command).action(async (options: Options) => {
  const { data, out, folds, start, recipe } = options;
  const settings = settingsOf(options);
  const plan = { data, out, recipe, settings, folds, start, ...machineOf(options) };
  const summary = await crossvalidate(plan, console.log);
  console.log(`\n${crossvalidationTable(summary)}\n`);
  console.log(summary.measuredOn);
  console.log(notForClinicalUse);
});

await runCommand(command);
