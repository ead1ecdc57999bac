/**
 * Whether a model may be used: the one check of everybody who loads a model from a folder.
 *
 * @module
 */

import type { ModelCard } from "../model_card.ts";
import { assertModelAgrees } from "./model_agreement.ts";
import { assertModelChecksum } from "./model_checksum.ts";

/**
 * Refuses a model whose bytes are not those of its card, or whose file tells of another network than the card.
 *
 * @param model The bytes of `model.onnx`.
 * @throws {Error} naming the model, what is wrong, and what the card says it must be.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 *
 * const card = JSON.parse(await readFile("edge/models/reference/card.json", "utf8"));
 * const model = await readFile("edge/models/reference/model.onnx");
 * await assertModel(card, model);
 * card.preprocessing = { method: "percentile", low: 1, high: 99 };
 * await assert.rejects(assertModel(card, model), /preprocessing of model.onnx must be its card's/);
 * ```
 */
export async function assertModel(card: ModelCard, model: Uint8Array): Promise<void> {
  await assertModelChecksum(card, model);
  assertModelAgrees(card, model);
}
