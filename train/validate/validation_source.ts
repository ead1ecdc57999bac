/**
 * What can be validated: predictions in files, a model, or a validation that was made before.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { readModel } from "../export/model_folder.ts";
import { counted } from "../terminal/counted.ts";
import {
  type CohortTasks,
  type MaskSettings,
  maskTasks,
  type ModelSettings,
  modelTasks,
} from "./cohort_tasks.ts";
import { measureCohort } from "./measure.ts";
import type { PatientFigures } from "./patient_figures.ts";
import type { JobOptions } from "./patient_workers.ts";
import { validationFiles } from "./write_validation.ts";

/** Where outlines come from, and what they are held against. */
export interface SourceOptions extends MaskSettings, ModelSettings {
  /** References of predictions. */
  readonly references?: string;
  /** Patients for a model. */
  readonly data?: string;
  /** Whether files without a counterpart are left out; they are an error otherwise. */
  readonly allowUnmatched?: boolean;
}

/** Something to be measured. */
export interface ValidationSource extends CohortTasks {
  /** The model's or the folder's name. */
  readonly name: string;
  /** On what, in a sentence. */
  readonly measuredOn: string;
  /** What is written down of it in JSON. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** A model on patients. */
export async function modelSource(
  model: string,
  options: SourceOptions,
): Promise<ValidationSource> {
  const { data, tolerance, spacing, patients, variants } = options;
  if (data === undefined) {
    throw new TypeError(`Cannot validate the model ${model} as --data must name its patients`);
  }
  const { card: { name, version, sha256, training } } = await readModel(model);
  const cohort = await modelTasks(model, data, { tolerance, spacing, patients, variants });
  const ids = cohort.tasks.map(({ id }) => id);
  const trainedOn = typeof training.patients === "string"
    ? null
    : ids.filter((id) => training.patients.includes(id));
  const among = trainedOn === null
    ? `Which of them it was trained on its card does not say (${training.patients}).`
    : trainedOn.length
    ? `It was trained on ${trainedOn.length} of them: expect less on others.`
    : "It was trained on none of them.";
  return {
    ...cohort,
    name: `${name} ${version}`,
    measuredOn: `A model, measured on ${counted(ids.length, "patient")} of ${data}. ${among}`,
    record: { model: { name, version, sha256 }, data, trainedOn, tolerance },
  };
}

/**
 * Predictions in files.
 *
 * @throws {TypeError} naming every file that has no counterpart, unless they may be left out.
 */
export async function maskSource(
  predictions: string,
  options: SourceOptions,
): Promise<ValidationSource> {
  const { references, tolerance, spacing, patients, threshold, labels, images } = options;
  if (references === undefined) {
    throw new TypeError(
      `Cannot validate the predictions ${predictions} as --references must name what they are held against`,
    );
  }
  const settings = { tolerance, spacing, patients, threshold, labels, images };
  const cohort = await maskTasks(predictions, references, settings);
  if (cohort.unmatched.length && !options.allowUnmatched) {
    throw new TypeError(
      "Cannot validate as every file must have a counterpart (--allow-unmatched leaves out those that have none):" +
        cohort.unmatched.map((problem) => `\n  ${problem}`).join(""),
    );
  }
  return {
    ...cohort,
    name: basename(resolve(predictions)),
    measuredOn: `Predictions in ${predictions} against references in ${references}: ${
      counted(cohort.tasks.length, "patient")
    }.`,
    record: { predictions, references, tolerance, threshold, labels },
  };
}

/** The figures of a validation, and what to call it. */
export interface NamedFigures {
  readonly name: string;
  readonly patients: readonly PatientFigures[];
}

/**
 * The figures of a model's folder, of a folder or file of predictions, or of what an earlier validation wrote
 * (`validation.json`, or the folder that has it).
 *
 * @throws {Error} when a patient cannot be measured: two are compared on the same patients or not at all.
 */
export async function figuresOf(
  path: string,
  options: SourceOptions,
  jobs: JobOptions,
): Promise<NamedFigures> {
  const written = path.endsWith(".json") ? path : join(path, validationFiles.json);
  if (existsSync(written)) return await readFigures(path, written);
  const isModel = existsSync(join(path, "model.onnx"));
  const source = isModel ? await modelSource(path, options) : await maskSource(path, options);
  const { patients, problems } = await measureCohort(source, jobs);
  if (problems.length) throw new Error(problems.join("\n"));
  return { name: source.name, patients };
}

async function readFigures(path: string, file: string): Promise<NamedFigures> {
  const { patients } = JSON.parse(await readFile(file, "utf8"));
  if (!Array.isArray(patients)) {
    throw new TypeError(`Cannot compare ${file} as it must be written by deno task validate`);
  }
  return { name: basename(resolve(path)), patients };
}
