/**
 * A model as its folder holds it: `model.onnx` and `card.json`.
 *
 * @module
 */

import { assertModelChecksum } from "../shared/inference/model_checksum.ts";
import { type ModelCard, parseModelCard } from "../shared/model_card.ts";
import { messageOf } from "./errors.ts";

/** A model whose bytes are known to be those its card describes. */
export interface ModelFiles {
  readonly card: ModelCard;
  /** The bytes of `card.json`, as they are sent to a page. */
  readonly cardBytes: Uint8Array;
  /** The bytes of `model.onnx`. */
  readonly model: Uint8Array;
}

/**
 * Reads a model and checks it against its card.
 *
 * @param folder The model's folder; its address ends in a slash.
 * @throws {Error} naming the file that is missing or wrong.
 */
export async function readModel(folder: URL): Promise<ModelFiles> {
  const cardBytes = await readModelFile(folder, "card.json");
  const model = await readModelFile(folder, "model.onnx");
  const card = parseModelCard(new TextDecoder().decode(cardBytes));
  await assertModelChecksum(card, model);
  return { card, cardBytes, model };
}

async function readModelFile(folder: URL, name: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(new URL(name, folder));
  } catch (error) {
    throw new Error(`Cannot load the model as its ${name} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
