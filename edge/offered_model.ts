/**
 * The models that the page offers, as the build lists them and the page reads them.
 *
 * @module
 */

import type { ModelCard } from "../shared/model_card.ts";

/** What a person sees of a model before it is downloaded. */
export interface OfferedModel {
  readonly name: string;
  /** Of the evaluation that its card names first; absent where nothing was measured. */
  readonly meanVolumeDice?: number;
  /** Bytes of `model.onnx`. */
  readonly bytes: number;
}

/** The list of them in the page's folder, the default first. */
export const offeredModelsPath = "assets/models.json";

/** The folder of every model's folder in the page's. */
export const pageModelsFolder = "assets/models/";

/** The files of a model that a page needs to run it, in the page's folder. */
export function pageModelFiles(name: string): { readonly card: string; readonly model: string } {
  const folder = folderOf(name);
  return { card: `${folder}/card.json`, model: `${folder}/model.onnx` };
}

/** Where the licence of a model lies beside these, as text that a browser shows, for who takes a copy. */
export function pageModelLicence(name: string): string {
  return `${folderOf(name)}/LICENSE.txt`;
}

function folderOf(name: string): string {
  return `${pageModelsFolder}${encodeURIComponent(name)}`;
}

/**
 * What a model's card and file say to who has to choose.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * const card = JSON.parse(await readFile("edge/models/unet/card.json", "utf8"));
 * const { name, meanVolumeDice, bytes } = offerModel(card, await readFile("edge/models/unet/model.onnx"));
 * assert.deepEqual([name, meanVolumeDice, bytes > 1e6], ["unet", 0.822, true]);
 * ```
 */
export function offerModel(
  { name, evaluation }: ModelCard,
  { length: bytes }: Uint8Array,
): OfferedModel {
  return { name, meanVolumeDice: evaluation[0]?.meanVolumeDice, bytes };
}
