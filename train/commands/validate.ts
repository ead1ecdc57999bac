/**
 * `deno task validate`: how good outlines are, patient by patient and over a cohort.
 *
 * @module
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { Command } from "commander";
import { parseNumbers } from "../../shared/argument.ts";
import type { Spacing } from "../../shared/spacing.ts";
import { findPatients } from "../data/dataset.ts";
import { readModel } from "../export/model_folder.ts";
import { writeWholeFile } from "../storage/write_whole_file.ts";
import {
  countParser,
  notForClinicalUse,
  numberParser,
  runCommand,
} from "../terminal/command_line.ts";
import { startProgress } from "../terminal/progress.ts";
import { choosePatients } from "../validate/choose_patients.ts";
import { validateCohort } from "../validate/cohort.ts";
import { defaultWorkers } from "../validate/patient_workers.ts";
import type { PatientTask } from "../validate/validate_patient.ts";
import { summarizeValidation } from "../validate/validation.ts";
import { toJson } from "../validate/validation_json.ts";
import { validationTable } from "../validate/validation_table.ts";

interface Options {
  readonly model: string;
  readonly data: string;
  readonly patients?: readonly string[];
  readonly out?: string;
  readonly spacing?: Spacing;
  readonly tolerance: number;
  readonly variants?: boolean;
  readonly workers: number;
}

async function validate(options: Options): Promise<void> {
  const { model: folder, data, out, spacing = null, tolerance, workers } = options;
  const { card } = await readModel(folder);
  const found = choosePatients(await findPatients(data), options.patients);
  const tasks = found.map((files): PatientTask => ({
    kind: "model",
    id: files.id,
    model: folder,
    files,
    spacing,
    tolerance,
    variants: options.variants ?? false,
  }));
  const progress = startProgress("Validating", tasks.length, { unit: "patients" });
  const cohort = await validateCohort(tasks, { workers, onPatient: () => progress.advance() })
    .finally(() => progress.stop());
  const validation = summarizeValidation(cohort);
  console.log(validationTable(validation));
  console.log(notForClinicalUse);
  if (out !== undefined) {
    await mkdir(out, { recursive: true });
    const { name, version, sha256 } = card;
    const json = {
      model: { name, version, sha256 },
      data,
      tolerance,
      ...validation,
      notFor: notForClinicalUse,
    };
    await writeWholeFile(join(out, "validation.json"), toJson(json));
  }
  for (const problem of validation.problems) console.error(`error: ${problem}`);
  if (validation.problems.length) process.exitCode = 1;
}

const command = new Command("validate")
  .description("Measures outlines against references: every patient, the cohort, its groups.")
  .requiredOption("--model <folder>", "model.onnx and card.json")
  .requiredOption("--data <folder>", "patients, as PATIENT/PATIENT_N.tif and PATIENT_N_mask.tif")
  .option(
    "--patients <names>",
    "only these, separated by commas",
    (text) => text.split(",").map((name) => name.trim()),
  )
  .option("--out <folder>", "where validation.json goes")
  .option(
    "--spacing <mm>",
    "slices,rows,columns in mm where the files do not say; absent: distances are in voxels",
    (text) => parseNumbers("--spacing", text, { above: 0 }),
  )
  .option(
    "--tolerance <mm>",
    "how far outlines may be apart in surface Dice (NSD), in mm or voxels",
    numberParser("--tolerance", { minimum: 0 }),
    1,
  )
  .option(
    "--variants",
    "measure the model with flips, by lone slices, with the largest component alone too (3 times as long)",
  )
  .option(
    "--workers <n>",
    "patients measured at once",
    countParser("--workers"),
    defaultWorkers(),
  )
  .action(validate);

await runCommand(command);
