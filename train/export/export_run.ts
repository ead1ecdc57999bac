/**
 * A run's best checkpoint as a model.
 *
 * @module
 */
import { join } from "node:path";
import { buildModel, type CheckedModel, exportModel } from "./build_model.ts";
import { readCheckpoint } from "../run/checkpoint.ts";
import { describeRun } from "../run/describe_run.ts";
import { readRun } from "../run/run_record.ts";
import type { Kernels } from "../engine/kernels/kernels.ts";
import type { Model } from "./model_folder.ts";
import { networkPrediction } from "../network/network_prediction.ts";
import { calibrationImages } from "./quantize/calibration_images.ts";
import { type QuantizedModel, quantizeModel } from "./quantize/quantize_model.ts";
import { completedStart } from "../run/start_network.ts";
import { runFiles } from "../run/run_folder.ts";

/**
 * The best checkpoint of a run, exported and held against the network itself.
 *
 * @param kernels Of the engine in use, which runs the network.
 * @throws {Error} when the run's files are missing or damaged, naming the file.
 * @throws {SelfCheckError} when the export does not compute what the network does.
 */
export async function exportRun(run: string, kernels: Kernels): Promise<CheckedModel> {
  const { checkpoint, description } = await readBest(run);
  const predict = networkPrediction(checkpoint.architecture, checkpoint.weights, kernels);
  return await buildModel(checkpoint, description, predict);
}

/**
 * The best checkpoint of a run as a model in eight bits, held against the one in floats.
 *
 * @param kernels As for {@linkcode exportRun}.
 * @param data Where the patients lie that the run learned from. Absent: where they were.
 * @throws {Error} when the run's files are missing or damaged, or the data holds none of its patients.
 * @throws {SelfCheckError} when the export in floats, or the one in eight bits, is not as good as it must be.
 */
export async function exportQuantizedRun(
  run: string,
  kernels: Kernels,
  data?: string,
): Promise<QuantizedModel> {
  const { checkpoint, description, record } = await readBest(run);
  const float = await exportRun(run, kernels);
  const { config, split } = record;
  const images = await calibrationImages(data ?? config.data, split.training, checkpoint);
  return await quantizeModel(checkpoint, description, float, images);
}

/** The best checkpoint of a run as a model, for a look at it: without the check against the network. */
export async function previewRun(run: string): Promise<Model> {
  const { checkpoint, description } = await readBest(run);
  return exportModel(checkpoint, description);
}

async function readBest(run: string) {
  const { config, ...rest } = await readRun(run);
  const start = config.start && await completedStart(config.start);
  const record = { ...rest, config: { ...config, start } };
  const checkpoint = await readCheckpoint(join(run, runFiles.best));
  return { checkpoint, record, description: describeRun(run, record, checkpoint) };
}
