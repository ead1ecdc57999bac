/**
 * A model as its folder holds it: `model.onnx` and, beside it, `card.json`; and the weights that training can go on
 * from, where they were exported too.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { assertModel } from "../../shared/inference/assert_model.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import { parseModelCard } from "../../shared/parse_model_card.ts";
import { makeFolder } from "../storage/make_folder.ts";
import { writeWholeFile } from "../storage/write_whole_file.ts";

/** The files of a model's folder. */
export const modelFiles = {
  model: "model.onnx",
  card: "card.json",
  /**
   * The network as it was trained, with the statistics of its batch normalisation, which the model has no more. Its
   * kernels are 16-bit floats: what training goes on from need not be exact.
   */
  weights: "weights.safetensors",
} as const;

/** A model in memory. */
export interface Model {
  readonly card: ModelCard;
  /** The bytes of `model.onnx`. */
  readonly onnx: Uint8Array;
}

/**
 * The folder of a model that is named by it or by its `model.onnx`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(modelFolder("edge/models/unet/model.onnx"), "edge/models/unet");
 * assert.equal(modelFolder("edge/models/unet"), "edge/models/unet");
 * ```
 */
export function modelFolder(path: string): string {
  return basename(path) === modelFiles.model ? dirname(path) : path;
}

/**
 * Reads a model and checks it against its card.
 *
 * @throws {Error} naming the file that is missing, or wrong and in what.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const { card } = await readModel("edge/models/reference");
 * assert.equal(card.architecture.parameters, 161_985);
 * ```
 */
export async function readModel(folder: string): Promise<Model> {
  const [text, onnx] = await Promise.all(
    [modelFiles.card, modelFiles.model].map((name) => readModelFile(join(folder, name))),
  );
  const card = parseModelCard(new TextDecoder().decode(text));
  await assertModel(card, onnx);
  return { card, onnx };
}

/** Writes a model; the folder is made where it is missing, and other files in it stay. */
export async function writeModel(folder: string, { card, onnx }: Model): Promise<void> {
  await makeFolder(folder);
  await writeWholeFile(join(folder, modelFiles.model), onnx);
  await writeWholeFile(join(folder, modelFiles.card), JSON.stringify(card, null, 2) + "\n");
}

/**
 * Writes a model with the weights that training can go on from beside it; their checksum is in the card that is written.
 *
 * @param weights The bytes of `weights.safetensors`.
 */
export async function writeModelWithWeights(
  folder: string,
  { card, onnx }: Model,
  weights: Uint8Array,
): Promise<void> {
  await makeFolder(folder);
  await writeWholeFile(join(folder, modelFiles.weights), weights);
  const sum = createHash("sha256").update(weights).digest("hex");
  const sha256 = { ...card.sha256, [modelFiles.weights]: sum };
  await writeModel(folder, { card: { ...card, sha256 }, onnx });
}

async function readModelFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new Error(
      `Cannot load the model as ${path} must be readable: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
