/**
 * Which models a command serves, and which of them answers where a request names none.
 *
 * @module
 */

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { findModels, readCard } from "./model_files.ts";
import { UnknownModelError } from "./unknown_model_error.ts";

/** The models of a server. */
export interface ModelChoice {
  readonly folders: readonly URL[];
  readonly defaultName: string;
  /** The folder of the default. */
  readonly defaultFolder: URL;
}

/**
 * The models of a folder of models, and one that is the default.
 *
 * @param root The folder of models; its address ends in a slash.
 * @param model The default: the name of one of them, or the path of a model's folder or of its `model.onnx` (with a slash
 * in it), which takes the place of one of the same name.
 * @throws {UnknownModelError} when there is no model of that name.
 * @throws {Error} when a card cannot be read.
 */
export async function chooseModels(root: URL, model: string): Promise<ModelChoice> {
  const folders = new Map<string, URL>();
  for (const folder of await findModels(root)) {
    folders.set((await readCard(folder)).card.name, folder);
  }
  let name = model;
  if (/[\\/]/.test(model)) {
    const folder = pathToFileURL(resolve(model.replace(/[\\/]model\.onnx$/, "")) + "/");
    name = (await readCard(folder)).card.name;
    folders.set(name, folder);
  }
  const defaultFolder = folders.get(name);
  if (!defaultFolder) throw new UnknownModelError(name, [...folders.keys()]);
  return { folders: [...folders.values()], defaultName: name, defaultFolder };
}
