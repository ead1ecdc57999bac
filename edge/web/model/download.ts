/** The models that this host offers, and their files. */

/// <reference lib="dom" />

import type { ModelCard } from "../../../shared/model_card.ts";
import { parseModelCard } from "../../../shared/parse_model_card.ts";
import { type OfferedModel, offeredModelsPath, pageModelFiles } from "../../offered_model.ts";

async function download(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const unreachable = (error: unknown) => {
    throw new Error("The server cannot be reached, and this browser has not kept it.", {
      cause: error,
    });
  };
  const response = await fetch(path).catch(unreachable);
  if (!response.ok) {
    throw new Error(`The server did not give ${path} (status ${response.status}).`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** The models on offer, the default first. */
export async function downloadOffered(): Promise<readonly OfferedModel[]> {
  return JSON.parse(new TextDecoder().decode(await download(offeredModelsPath)));
}

/** The card of one of them. */
export async function downloadCard(name: string): Promise<ModelCard> {
  return parseModelCard(new TextDecoder().decode(await download(pageModelFiles(name).card)));
}

/** The network itself. */
export function downloadModel({ name }: Pick<ModelCard, "name">): Promise<Uint8Array<ArrayBuffer>> {
  return download(pageModelFiles(name).model);
}
