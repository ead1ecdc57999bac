/** Models that are not what their card says, to everybody who loads models from folders. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { readModel as readForEdge } from "../../../edge/model_files.ts";
import { readOnnxMetadata } from "../../../shared/inference/onnx_metadata.ts";
import { readModel as readForTrain } from "../../../train/export/model_folder.ts";
import { readBytes, root } from "../../edge/support/files.ts";
import { withFolder } from "../../train/support/temporary_folder.ts";

type Json = Record<string, unknown>;

const model = await readBytes("edge/models/reference/model.onnx");
const preview = await readBytes("edge/models/preview/model.onnx");
const cardText = new TextDecoder().decode(await readBytes("edge/models/reference/card.json"));
const card = JSON.parse(cardText) as Json & { readonly architecture: Json; readonly input: Json };

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A card whose checksum is that of some bytes. */
function cardFor(bytes: Uint8Array, changes: Json = {}): Uint8Array {
  const sum = createHash("sha256").update(bytes).digest("hex");
  return bytesOf(JSON.stringify({ ...card, sha256: { "model.onnx": sum }, ...changes }));
}

/** Everybody who reads a model from a folder. */
const readers = {
  edge: (folder: string) => readForEdge(pathToFileURL(`${folder}/`)),
  train: readForTrain,
};
type Reader = keyof typeof readers;

for (const name of ["preview", "unet", "reference"]) {
  for (const reader of Object.keys(readers) as Reader[]) {
    Deno.test(`readModel() of ${reader} reads the shipped model ${name}`, async () => {
      const folder = fileURLToPath(new URL(`edge/models/${name}`, root));
      const { card } = await readers[reader](folder);
      assert.equal(card.name, name);
    });
  }
}

Deno.test("readOnnxMetadata() reads what an export writes", () => {
  const { inputs, outputs, properties } = readOnnxMetadata(model);
  assert.deepEqual(inputs, [{ name: "image", axes: ["batch", 3, "height", "width"] }]);
  assert.deepEqual(outputs, [{ name: "probability", axes: ["batch", 1, "height", "width"] }]);
  assert.deepEqual(JSON.parse(properties.get("preprocessing")!), card.preprocessing);
});

Deno.test("readOnnxMetadata() refuses a file that is cut short, or finds no less than its tensors in it", () => {
  for (let end = 0; end < model.length; end += 997) {
    try {
      const { properties } = readOnnxMetadata(model.subarray(0, end));
      assert.ok(properties.size < 5);
    } catch (error) {
      assert.match((error as Error).message, /^Cannot read the model as it must be a whole ONNX/);
    }
  }
});

const { architecture, input } = card;
const named = "Cannot use the model reference 1\\.0\\.0";

for (
  const [what, files, message] of [
    ["without a card", { "model.onnx": model }, /card\.json (cannot be read|must be readable)/],
    [
      "without weights",
      { "card.json": bytesOf(cardText) },
      /model\.onnx (cannot be read|must be readable)/,
    ],
    ["whose card is cut short", {
      "card.json": bytesOf(cardText.slice(0, 500)),
      "model.onnx": model,
    }, /Cannot read the model card as it must be JSON/],
    ["whose card lacks a field", {
      "card.json": cardFor(model, { threshold: undefined }),
      "model.onnx": model,
    }, /threshold must be a number from 0 to 1/],
    ["whose weights are others", {
      "card.json": bytesOf(cardText),
      "model.onnx": preview,
    }, new RegExp(`${named} as the SHA-256 of model\\.onnx must be`)],
    ["whose weights are cut short", {
      "card.json": bytesOf(cardText),
      "model.onnx": model.subarray(0, -100),
    }, new RegExp(`${named} as the SHA-256`)],
    ["whose weights are cut short, with their checksum", {
      "card.json": cardFor(model.subarray(0, 5000)),
      "model.onnx": model.subarray(0, 5000),
    }, new RegExp(`${named}: Cannot read the model as it must be a whole ONNX file`)],
    ["whose weights are no ONNX", {
      "card.json": cardFor(bytesOf("{}")),
      "model.onnx": bytesOf("{}"),
    }, new RegExp(named)],
    ["with the weights of another network", {
      "card.json": cardFor(preview),
      "model.onnx": preview,
    }, new RegExp(`${named} as the architecture of model\\.onnx must be its card's`)],
    ["of another depth", {
      "card.json": cardFor(model, { architecture: { ...architecture, depth: 5 } }),
      "model.onnx": model,
    }, /architecture of model\.onnx .*"depth":5.*current value is .*"depth":4/],
    ["of separable convolutions", {
      "card.json": cardFor(model, { architecture: { ...architecture, separable: true } }),
      "model.onnx": model,
    }, /architecture of model\.onnx .*"separable":true/],
    [
      "of other channels",
      {
        "card.json": cardFor(model, {
          architecture: { ...architecture, inputChannels: 1 },
          intensities: undefined,
          input: { ...input, sequences: ["FLAIR"] },
        }),
        "model.onnx": model,
      },
      /input of model\.onnx must be its card's, \["image",4,1\]: current value is \["image",4,3\]/,
    ],
    ["with its sequences in another order", {
      "card.json": cardFor(model, {
        input: { ...input, sequences: ["FLAIR", "pre-contrast", "post-contrast"] },
      }),
      "model.onnx": model,
    }, /sequences of model\.onnx/],
    ["with another scaling", {
      "card.json": cardFor(model, { preprocessing: { method: "percentile", low: 1, high: 99 } }),
      "model.onnx": model,
    }, /preprocessing of model\.onnx .*"low":1.*current value is .*"low":10/],
  ] as [string, Record<string, Uint8Array>, RegExp][]
) {
  for (const reader of Object.keys(readers) as Reader[]) {
    Deno.test(`readModel() of ${reader} refuses a model ${what}`, () =>
      withFolder(async (folder) => {
        for (const [name, bytes] of Object.entries(files)) {
          await Deno.writeFile(join(folder, name), bytes);
        }
        await assert.rejects(readers[reader](folder), { message });
      }));
  }
}
