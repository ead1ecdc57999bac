/**
 * What there is to measure: patients with two outlines, or with images for a model and an outline to hold it against.
 *
 * @module
 */
import { findPatients } from "../data/dataset.ts";
import { choosePatients } from "./choose_patients.ts";
import type { MaskTask } from "./mask_patient.ts";
import { matchOutlines } from "./match_outlines.ts";
import type { ModelTask } from "./model_patient.ts";
import {
  findImages,
  findImagesBeside,
  findOutlines,
  type OutlineFile,
  type OutlineFiles,
} from "./outline_files.ts";
import type { PatientTask } from "./validate_patient.ts";

/** A cohort before it is measured. */
export interface CohortTasks {
  readonly tasks: readonly PatientTask[];
  /** Files of these patients without a counterpart, each with what is missing. */
  readonly unmatched: readonly string[];
}

/** How patients are measured, whatever outlines them. */
export type SharedSettings = Pick<MaskTask, "spacing" | "tolerance"> & {
  /** The names of those to measure; all where absent. */
  readonly patients?: readonly string[];
};

/** How outlines in files are read and measured. */
export interface MaskSettings extends SharedSettings, Pick<MaskTask, "threshold" | "labels"> {
  /** Where the images are; absent: beside the references. */
  readonly images?: string;
}

/**
 * A task for each patient with a prediction and a reference.
 *
 * @param predictions A file or folder; references too.
 * @throws {TypeError} when there is nothing to be found, or no patient has both.
 */
export async function maskTasks(
  predictions: string,
  references: string,
  { patients, images: imageFolder, ...settings }: MaskSettings,
): Promise<CohortTasks> {
  const [predicted, referenced, images] = await Promise.all([
    findOutlines(predictions),
    findOutlines(references),
    imageFolder === undefined ? findImagesBeside(references) : findImages(imageFolder),
  ]);
  const matches = matchOutlines(predicted, referenced);
  if (!matches.patients.length) {
    throw new TypeError(
      `Cannot validate as the predictions in ${predictions} must have the names of the references in ${references}: ` +
        `none has, as ${predicted[0].id} and ${referenced[0].id}`,
    );
  }
  const byId = new Map(images.map((image) => [image.id, image]));
  const tasks = choosePatients(matches.patients, patients).map((match): MaskTask => ({
    kind: "mask",
    ...match,
    ...settings,
    images: imagesOf(byId.get(match.id), match.reference.files),
  }));
  const unmatched = matches.unmatched.filter(({ id }) => !patients || patients.includes(id))
    .map(({ path, missing }) => `${path}: has no ${missing}`);
  return { tasks, unmatched };
}

/** The images of just these slices; null where some have none. */
function imagesOf(
  images: OutlineFiles | undefined,
  slices: readonly OutlineFile[],
): OutlineFiles | null {
  if (!images) return null;
  const { id, files } = images;
  if (files.length === 1 && files[0].slice === "") return images;
  const bySlice = new Map(files.map((file) => [file.slice, file]));
  const found = slices.map(({ slice }) => bySlice.get(slice)).filter((file) => file !== undefined);
  return found.length === slices.length ? { id, files: found } : null;
}

/** How a model is measured. */
export interface ModelSettings extends SharedSettings, Pick<ModelTask, "variants"> {}

/**
 * A task for each patient of a data set, for a model to outline.
 *
 * @param model The model's folder.
 * @throws {DatasetError} when the data set is not as published.
 */
export async function modelTasks(
  model: string,
  data: string,
  { patients, ...settings }: ModelSettings,
): Promise<CohortTasks> {
  const found = choosePatients(await findPatients(data), patients);
  const tasks = found.map((files): ModelTask => ({
    kind: "model",
    id: files.id,
    model,
    files,
    ...settings,
  }));
  return { tasks, unmatched: [] };
}
