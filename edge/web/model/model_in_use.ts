/** The model that the page works with, and its network in this browser once that is needed. */

/// <reference lib="dom" />

import type { ModelCard } from "../../../shared/model_card.ts";
import type { OfferedModel } from "../../offered_model.ts";
import { type BrowserSegmenter, createBrowserSegmenter } from "../segment/browser_segmenter.ts";
import { downloadCard, downloadOffered } from "./download.ts";
import { modelInAddress } from "./model_address.ts";

/** A model of which the card is there; its network is loaded once, when it is first needed. */
export interface Model {
  readonly card: ModelCard;
  segmenter?: Promise<BrowserSegmenter>;
}

let offered: Promise<readonly OfferedModel[]> | undefined;
let inUse: Promise<Model> | undefined;

/** The models on offer, the default first. Downloaded once; a failed download is tried again when it is next needed. */
export function offeredModels(): Promise<readonly OfferedModel[]> {
  offered ??= downloadOffered().catch((error) => {
    offered = undefined;
    throw error;
  });
  return offered;
}

async function openFirst(): Promise<Model> {
  const models = await offeredModels(), wanted = modelInAddress();
  const { name } = models.find(({ name }) => name === wanted) ?? models[0];
  return { card: await downloadCard(name) };
}

/** The model in use: at first the one that the address names, or the default. Downloaded as {@linkcode offeredModels}. */
export function modelInUse(): Promise<Model> {
  inUse ??= openFirst().catch((error) => {
    inUse = undefined;
    throw error;
  });
  return inUse;
}

/** A model's network in this browser; a failed start is tried again when it is next needed. */
export function segmenterOf(model: Model): Promise<BrowserSegmenter> {
  model.segmenter ??= createBrowserSegmenter(model.card).catch((error) => {
    model.segmenter = undefined;
    throw error;
  });
  return model.segmenter;
}

/** The network of the model in use. */
export async function segmenterInUse(): Promise<BrowserSegmenter> {
  return await segmenterOf(await modelInUse());
}

async function end({ segmenter }: Model): Promise<void> {
  // One that did not start has nothing to end.
  (await segmenter?.catch(() => undefined))?.close();
}

/** Puts a model in the place of the one in use, whose workers end. */
export async function useModel(model: Model): Promise<void> {
  const before = await inUse?.catch(() => undefined);
  inUse = Promise.resolve(model);
  if (before && before !== model) void end(before);
}

/** Ends the workers of a model that was loaded and is not wanted any more. */
export async function endUnused(model: Model): Promise<void> {
  if (await inUse !== model) await end(model);
}
