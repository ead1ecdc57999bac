/** Every model that ships is whole, says what it is, and outlines real tumors. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { diceFromCounts } from "../../shared/dice.ts";
import { confusionCounts } from "../../shared/confusion.ts";
import { decodeImage, decodeMask } from "../../shared/image/decode.ts";
import { createEngine } from "../../shared/inference/engine.ts";
import { assertModelChecksum } from "../../shared/inference/model_checksum.ts";
import { segmentSlice } from "../../shared/inference/segment_slice.ts";
import { parseModelCard } from "../../shared/parse_model_card.ts";

const models = new URL("../../edge/models/", import.meta.url);
const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
const slice = new URL(
  "../../train/sample/TCGA_CS_4943_20000902/TCGA_CS_4943_20000902_17",
  import.meta.url,
);

for (const name of await readdir(models)) {
  Deno.test(`the shipped model ${name} fits its card and outlines a real tumor`, async () => {
    const read = (file: string) => readFile(new URL(`${name}/${file}`, models));
    const card = parseModelCard((await read("card.json")).toString());
    const model = await read("model.onnx");
    await assertModelChecksum(card, model);
    assert.equal(card.name, name);
    assert.match(card.notFor, /not for clinical use/i);
    assert.match(card.licence, /not for commercial use/i);
    assert.match((await read("LICENSE.md")).toString(), /CC BY-NC-SA 4\.0/);

    const engine = await createEngine({ model, wasmBinary: await readFile(fileURLToPath(wasm)) });
    const image = await decodeImage(await readFile(`${fileURLToPath(slice)}.tif`));
    const reference = await decodeMask(await readFile(`${fileURLToPath(slice)}_mask.tif`));
    const { mask } = await segmentSlice(engine, card, image);
    const dice = diceFromCounts(confusionCounts(mask, reference));
    assert.ok(dice > 0.85, `Dice is ${dice}`);
    await engine.release();
  });
}
