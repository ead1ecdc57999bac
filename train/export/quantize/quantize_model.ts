/**
 * A model in eight bits, held against the one in floats that it comes from.
 *
 * @module
 */
import { addCounts, type ConfusionCounts, confusionCounts } from "../../../shared/confusion.ts";
import { diceFromCounts } from "../../../shared/dice.ts";
import { createEngine } from "../../../shared/inference/engine.ts";
import { threshold } from "../../../shared/threshold.ts";
import { modelCard, type ModelDescription, type TrainedNetwork } from "../build_model.ts";
import type { Model } from "../model_folder.ts";
import { readRuntimeWasm } from "../onnx_runtime.ts";
import { type CheckImage, SelfCheckError } from "../self_check.ts";
import { activationRanges } from "./activation_range.ts";
import { exportInt8 } from "./export_int8.ts";

/** Least Dice of the 8-bit outlines against those in floats, over all images together. */
export const leastAgreement = 0.97;

/** An 8-bit model that outlines nearly what the model in floats does. */
export interface QuantizedModel extends Model {
  /** Dice of its outlines against those of the model in floats, over all images together. */
  readonly agreement: number;
}

/**
 * Quantizes a network.
 *
 * @param float The same network in floats.
 * @param images To measure the ranges of activations on, and to compare the two.
 * @throws {SelfCheckError} when the outlines agree less than {@linkcode leastAgreement}.
 */
export async function quantizeModel(
  { architecture, weights }: TrainedNetwork,
  description: ModelDescription,
  float: Model,
  images: readonly CheckImage[],
): Promise<QuantizedModel> {
  const ranges = await activationRanges(architecture, weights, images);
  const onnx = exportInt8(architecture, weights, ranges, description);
  const agreement = await agreementOf(onnx, float, images);
  if (!(agreement >= leastAgreement)) {
    throw new SelfCheckError(
      `Cannot quantize the model as its outlines must have a Dice of ${leastAgreement} against those in ` +
        `floats: it is ${agreement}`,
    );
  }
  const card = { ...modelCard(architecture, description, onnx), precision: "int8" as const };
  return { onnx, card, agreement };
}

/** Dice of two models' outlines; 1 where neither finds any tumor. */
async function agreementOf(
  onnx: Uint8Array,
  float: Model,
  images: readonly CheckImage[],
): Promise<number> {
  const wasmBinary = await readRuntimeWasm();
  const engines = await Promise.all(
    [onnx, float.onnx].map((model) => createEngine({ model, wasmBinary })),
  );
  const counts: ConfusionCounts[] = [];
  try {
    for (const { data, shape } of images) {
      const [found, expected] = await Promise.all(engines.map(async (engine) => {
        const probability = await engine.run(data, shape);
        return threshold({ data: probability, shape: [...shape.slice(2)] }, float.card.threshold);
      }));
      counts.push(confusionCounts(found, expected));
    }
  } finally {
    for (const engine of engines) await engine.release();
  }
  const dice = diceFromCounts(counts.reduce(addCounts));
  return Number.isNaN(dice) ? 1 : dice;
}
