/**
 * `deno task bench`: what a preview of one real slice of 256x256 is made of, and what measuring a volume takes.
 * Times of one machine and one moment: compare lines of one run with each other, not runs.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { confusionCounts } from "../../shared/confusion.ts";
import { largeComponents } from "../../shared/connected_component.ts";
import { diceFromCounts } from "../../shared/dice.ts";
import { decodeImage } from "../../shared/image/decode.ts";
import { encodePng } from "../../shared/image/encode_png.ts";
import { createEngine } from "../../shared/inference/engine.ts";
import { segmentSlice } from "../../shared/inference/segment_slice.ts";
import { parseModelCard } from "../../shared/parse_model_card.ts";
import { overlay } from "../../shared/overlay.ts";
import {
  applyScalingPlanar,
  foregroundPreprocessing,
  sliceScaling,
  volumeScaling,
} from "../../shared/scaling.ts";
import { findPatients, readPatient } from "../../train/data/dataset.ts";
import { sixtySlices } from "./sixty_slices.ts";

const [files] = await findPatients("train/sample");
const { volume, mask } = await readPatient(files);
const tiff = await readFile(files.slices[16].image!);
const slice = await decodeImage(tiff);
const scaling = sliceScaling(slice);

const models = new URL("../../edge/models/", import.meta.url);
const model = await readFile(new URL("reference/model.onnx", models));
const card = parseModelCard(await readFile(new URL("reference/card.json", models), "utf8"));
const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
const engine = await createEngine({ model, wasmBinary: await readFile(fileURLToPath(wasm)) });
const input = applyScalingPlanar(slice, scaling);
const { mask: prediction } = await segmentSlice(engine, card, slice);

Deno.bench("decode a TIFF slice", { group: "slice" }, async () => void await decodeImage(tiff));
Deno.bench("measure its percentiles", { group: "slice" }, () => void sliceScaling(slice));
Deno.bench("scale it", { group: "slice" }, () => void applyScalingPlanar(slice, scaling));
Deno.bench("run the network (one WASM thread)", { group: "slice" }, async () => {
  await engine.run(input, [1, 3, 256, 256]);
});
Deno.bench("scale, run, threshold", { group: "slice", baseline: true }, async () => {
  await segmentSlice(engine, card, slice);
});
Deno.bench(
  "find the large components",
  { group: "slice" },
  () => void largeComponents(prediction, 0.5),
);
Deno.bench("draw and encode the overlay", { group: "slice" }, () => {
  encodePng(overlay(slice, { prediction }));
});

const voxels = `${volume.slices}x256x256`;
Deno.bench(
  `percentiles of a volume of ${voxels}`,
  { group: "volume" },
  () => void volumeScaling(volume),
);
Deno.bench(`Dice of a volume of ${voxels}`, { group: "volume", baseline: true }, () => {
  diceFromCounts(confusionCounts(mask, mask));
});
Deno.bench(`large components of a volume of ${voxels}`, { group: "volume" }, () => {
  largeComponents(mask, 0.5);
});

for (const [type, sixty] of Object.entries(sixtySlices(volume))) {
  Deno.bench(`foreground scaling of 60x256x256, ${type}`, { group: "sixty slices" }, () => {
    volumeScaling(sixty, foregroundPreprocessing);
  });
}
