/**
 * Measures a model on one patient: the files in, numbers out.
 *
 * @module
 */
import { reliabilityBins } from "../../shared/calibration.ts";
import { createEngine } from "../../shared/inference/engine.ts";
import type { Spacing } from "../../shared/spacing.ts";
import { logitHistogram } from "../../shared/temperature_scaling.ts";
import { readPatient } from "../data/dataset.ts";
import type { PatientFiles } from "../data/patient_files.ts";
import { readModel } from "../export/model_folder.ts";
import { readRuntimeWasm } from "../export/onnx_runtime.ts";
import { knownSpacing } from "./known_spacing.ts";
import { type LoadedModel, segmentPatient, segmentVariants } from "./model_masks.ts";
import { measurePatient } from "./patient_figures.ts";
import type { PatientResult } from "./patient_result.ts";

/** A patient that a model is to be measured on. */
export interface ModelTask {
  readonly kind: "model";
  readonly id: string;
  /** The model's folder. */
  readonly model: string;
  readonly files: PatientFiles;
  /** In mm, where the files do not say. */
  readonly spacing: Spacing | null;
  readonly tolerance: number;
  /** Whether to measure it in other ways too (`segmentVariants`), which takes four times as long. */
  readonly variants: boolean;
}

/** Reads the patient, runs the model and measures. */
export async function validateModelPatient(task: ModelTask): Promise<PatientResult> {
  const { id, tolerance } = task;
  const { volume, mask: reference, spacing: own } = await readPatient(task.files);
  const spacing = knownSpacing(own, task.spacing);
  const model = await loadModel(task.model);
  const { mask: prediction, probability } = await segmentPatient(model, volume);
  const variants = task.variants ? await segmentVariants(model, volume, probability) : [];
  return {
    figures: measurePatient(
      { id, prediction, reference, spacing, probability },
      { tolerance },
    ),
    bins: reliabilityBins(probability, reference),
    logits: logitHistogram(probability, reference),
    variants: variants.map(({ variant, mask: prediction }) => ({
      variant,
      figures: measurePatient({ id, prediction, reference, spacing }, { tolerance }),
    })),
  };
}

const loaded = new Map<string, Promise<LoadedModel>>();

/** A model, loaded once and kept. */
export function loadModel(folder: string): Promise<LoadedModel> {
  let model = loaded.get(folder);
  if (!model) {
    model = load(folder);
    loaded.set(folder, model);
  }
  return model;
}

async function load(folder: string): Promise<LoadedModel> {
  const [{ card, onnx }, wasmBinary] = await Promise.all([readModel(folder), readRuntimeWasm()]);
  return { card, engine: await createEngine({ model: onnx, wasmBinary }) };
}
