/**
 * Draws one patient of a validation: the files in, pictures out.
 *
 * @module
 */
import type { Volume } from "../../shared/volume.ts";
import { readPatient } from "../data/dataset.ts";
import { type MaskTask, readOutlinePair } from "./mask_patient.ts";
import { segmentPatient } from "./model_masks.ts";
import { loadModel, type ModelTask } from "./model_patient.ts";
import { type DrawnPatient, drawPatient, type PatientPictures } from "./patient_pictures.ts";
import { readImages } from "./read_images.ts";
import type { PatientTask } from "./validate_patient.ts";

/** Reads, and for a model segments, a patient once more, and draws it. */
export async function drawTask(task: PatientTask): Promise<PatientPictures> {
  return drawPatient(task.kind === "mask" ? await outlined(task) : await segmented(task));
}

async function outlined(task: MaskTask): Promise<DrawnPatient> {
  const { prediction, reference } = await readOutlinePair(task);
  const volume = await imagesOf(task, reference.mask.shape);
  return { id: task.id, prediction: prediction.mask, reference: reference.mask, volume };
}

/** The images, where there are some of the outline's size: they are the background of a picture, no more. */
async function imagesOf(task: MaskTask, shape: readonly number[]): Promise<Volume | undefined> {
  if (!task.images) return undefined;
  const volume = await readImages(task.images.files);
  const { slices, height, width } = volume;
  return [slices, height, width].every((length, axis) => length === shape[axis])
    ? volume
    : undefined;
}

async function segmented({ id, files, model }: ModelTask): Promise<DrawnPatient> {
  const { volume, mask: reference } = await readPatient(files);
  const { mask: prediction } = await segmentPatient(await loadModel(model), volume);
  return { id, prediction, reference, volume };
}
