/**
 * Whether a model is the one its card describes.
 *
 * @module
 */

import type { ModelCard } from "../model_card.ts";

/**
 * Refuses a model whose bytes are not those the card was written for.
 *
 * @param model The bytes of `model.onnx`, or of another file that the card has a checksum of.
 * @param file Its name.
 * @throws {Error} naming the model, what its SHA-256 is and what the card says it must be.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 *
 * const card = JSON.parse(await readFile("edge/models/reference/card.json", "utf8"));
 * await assertModelChecksum(card, await readFile("edge/models/reference/model.onnx"));
 * await assert.rejects(assertModelChecksum(card, new Uint8Array([1])), /Cannot use the model/);
 * ```
 */
export async function assertModelChecksum(
  card: ModelCard,
  model: Uint8Array,
  file = "model.onnx",
): Promise<void> {
  const digest = await crypto.subtle.digest("SHA-256", model as Uint8Array<ArrayBuffer>);
  const actual = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  const expected = card.sha256[file];
  if (actual === expected) return;
  throw new Error(
    `Cannot use the model ${card.name} ${card.version} as the SHA-256 of ${file} must be ` +
      `${expected ?? "in its card"}: current value is ${actual}`,
  );
}
