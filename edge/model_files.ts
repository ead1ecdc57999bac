/**
 * A model as its folder holds it: `model.onnx`, `card.json`, and `LICENSE.md` where it has one.
 *
 * @module
 */

import { assertModel } from "../shared/inference/assert_model.ts";
import type { ModelCard } from "../shared/model_card.ts";
import { parseModelCard } from "../shared/parse_model_card.ts";
import { messageOf } from "./message_of.ts";

/** A model's card, and the bytes of `card.json`, as they are sent to a page. */
export interface CardFile {
  readonly card: ModelCard;
  readonly cardBytes: Uint8Array;
}

/** A model whose bytes are known to be those its card describes. */
export interface ModelFiles extends CardFile {
  /** The bytes of `model.onnx`. */
  readonly model: Uint8Array;
  /** The bytes of `LICENSE.md`; absent where nobody has written one. */
  readonly licence?: Uint8Array;
}

/**
 * The folders of models in a folder of models: those that hold a card.
 *
 * @param folder Its address ends in a slash.
 */
export async function findModels(folder: URL): Promise<URL[]> {
  const found: URL[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const model = new URL(`${encodeURIComponent(name)}/`, folder);
    if (isDirectory && await exists(new URL("card.json", model))) found.push(model);
  }
  return found;
}

/**
 * Reads a model's card alone.
 *
 * @param folder The model's folder; its address ends in a slash.
 * @throws {Error} when it cannot be read.
 * @throws {TypeError} when it is no card.
 */
export async function readCard(folder: URL): Promise<CardFile> {
  const cardBytes = await readModelFile(folder, "card.json");
  return { card: parseModelCard(new TextDecoder().decode(cardBytes)), cardBytes };
}

/**
 * Reads a model and checks it against its card.
 *
 * @param folder The model's folder; its address ends in a slash.
 * @throws {Error} naming the file that is missing or wrong.
 */
export async function readModel(folder: URL): Promise<ModelFiles> {
  const card = await readCard(folder);
  const model = await readModelFile(folder, "model.onnx");
  await assertModel(card.card, model);
  if (!await exists(new URL("LICENSE.md", folder))) return { ...card, model };
  return { ...card, model, licence: await readModelFile(folder, "LICENSE.md") };
}

async function exists(file: URL): Promise<boolean> {
  return await Deno.stat(file).then(({ isFile }) => isFile, () => false);
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
