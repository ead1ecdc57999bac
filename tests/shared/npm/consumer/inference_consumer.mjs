import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createEngine } from "@gliomap/shared/inference/engine";
import { segmentSlice } from "@gliomap/shared/inference/segment_slice";
import { parseModelCard } from "@gliomap/shared/parse_model_card";

const folder = process.argv[2];
const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
const engine = await createEngine({
  model: readFileSync(`${folder}/model.onnx`),
  wasmBinary: readFileSync(fileURLToPath(wasm)),
});
const card = parseModelCard(readFileSync(`${folder}/card.json`, "utf8"));
const black = { data: new Uint8Array(64 * 48 * 3), height: 64, width: 48, channels: 3 };
const { mask } = await segmentSlice(engine, card, black);
console.log(JSON.stringify(mask.shape));
await engine.release();
