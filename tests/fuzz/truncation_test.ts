/** Small real files, cut short at every byte: refused with a sentence, or read as the whole. */

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { decodeDicomSeries } from "../../shared/dicom/decode.ts";
import { decodeDicomSegmentation } from "../../shared/dicom/decode_segmentation.ts";
import { encodeDicomSegmentation } from "../../shared/dicom/segmentation.ts";
import type { OnnxMetadata } from "../../shared/inference/onnx_metadata.ts";
import { parseModelCard } from "../../shared/parse_model_card.ts";
import { exportOnnx } from "../../train/export/export_onnx.ts";
import type { StateDict } from "../../train/network/state_dict.ts";
import { unetWeights } from "../../train/network/unet_architecture.ts";
import { writeSafetensors } from "../../train/storage/safetensors.ts";
import { readBytes } from "../edge/support/files.ts";
import { decoders, faultOf, readGzippedTensor, readMasks, readTensor } from "./decoders.ts";
import { inferRequest, type Kind } from "./seeds.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const fixtures: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  tiff: [
    "mask_1_bit.tif",
    "crop_gray.tif",
    "crop_lzw_predictor.tif",
    "crop_deflate_predictor.tif",
    "crop_tiled.tif",
    "crop_packbits.tif",
    "crop_planar.tif",
    "crop_palette.tif",
    "crop_bigtiff.tif",
  ],
  png: ["mask_1_bit.png", "crop_gray.png", "crop_palette_4_bit.png", "crop_interlaced.png"],
  jpeg: ["crop.jpg", "crop_gray.jpg", "crop_progressive.jpg"],
  webp: ["crop_lossy.webp", "mask.webp", "crop_lossless.webp", "crop_extended.webp"],
  nifti: [
    "nifti/uint8.nii",
    "nifti/float64_big_endian.nii",
    "nifti/two_channels.nii.gz",
    "nifti/bgzip.nii.gz",
    "nifti/rgb.nii.gz",
    "nifti/scaled.nii.gz",
  ],
  dicom: ["implicit", "explicit", "run_lengths", "big_endian", "jpeg_baseline", "enhanced"]
    .map((name) => `dicom/${name}/0.dcm`),
  npy: ["npy/little_f4.npy", "npy/version_2.npy", "npy/bool.npy"],
};

const architecture = { inputChannels: 1, outputChannels: 1, features: 1, depth: 2 };

/** A network of the least size. */
const weights: StateDict = new Map(
  unetWeights(architecture).map(({ name, shape }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return [name, { shape, data: new Float32Array(size).fill(0.1) }];
  }),
);

const tensors = new Map(
  [...weights].map(([name, tensor]) => [name, { dtype: "F32" as const, ...tensor }]),
);

const onnx = exportOnnx(architecture, weights, {
  preprocessing: { method: "percentile", low: 10, high: 99 },
  threshold: 0.5,
  licence: "MIT",
  sequences: ["FLAIR"],
});

/** The file, and who reads it. */
type Case = readonly [name: string, bytes: Bytes, decode: (bytes: Bytes) => unknown];

const cases: Case[] = [];
for (const [kind, names] of Object.entries(fixtures)) {
  for (const name of names) {
    cases.push([name, await readBytes(`tests/fixtures/${name}`), decoders[kind as Kind]]);
  }
}
const slice = await readBytes("tests/fixtures/mask_1_bit.tif");
const zip = zipSync({ "P_1.tif": slice, "P_2.tif": slice }) as Bytes;
const request = inferRequest(16), jsonLength = request.indexOf(10) + 1;
cases.push(
  ["a zip of slices", zip, decoders.zip],
  ["an infer request", request, (bytes) => readTensor(bytes, jsonLength)],
  ["weights", writeSafetensors(tensors, {}), decoders.safetensors],
);

const series = decodeDicomSeries([await readBytes("tests/fixtures/dicom/explicit/0.dcm")]);
const [slices, height, width] = series.geometry.shape;
const outline = {
  data: new Uint8Array(slices * height * width).fill(1),
  shape: [1, height, width],
};
const mask = await readBytes("tests/fixtures/mask.png"), form = new FormData();
for (const name of ["prediction", "reference"]) form.append(name, new File([mask], name));
const sent = new Response(form), formType = sent.headers.get("content-type")!;
const json = JSON.stringify({
  inputs: [{ name: "image", datatype: "FP32", shape: [1, 1, 4, 4], data: Array(16).fill(0.25) }],
});
const card = new TextDecoder().decode(await readBytes("edge/models/reference/card.json"));
cases.push(
  [
    "a DICOM segmentation",
    encodeDicomSegmentation(outline, series.geometry) as Bytes,
    (bytes) => decodeDicomSegmentation(bytes, { labels: "any" }),
  ],
  ["a form of two masks", await sent.bytes(), (bytes) => readMasks(bytes, formType)],
  ["an infer request that is compressed", new Uint8Array(gzipSync(json)), readGzippedTensor],
  [
    "a model's card",
    new TextEncoder().encode(card.trim()),
    (bytes) => parseModelCard(new TextDecoder().decode(bytes)),
  ],
);

/** What a decoder makes of a file that is cut short: its message where it refuses it. */
async function decodeCut([, bytes, decode]: Case, end: number) {
  try {
    return { result: await decode(bytes.slice(0, end)) };
  } catch (error) {
    assert.ok(error instanceof Error, `${end}: ${error}`);
    assert.equal(faultOf(error.message), undefined, `${end}`);
    return { message: error.message };
  }
}

for (const whole of cases) {
  const [name, bytes, decode] = whole;
  Deno.test(`the decoder of ${name} refuses it cut short at every byte, or reads all of it`, async () => {
    const expected = await decode(bytes.slice());
    let refused = 0;
    for (let end = 0; end < bytes.length; end++) {
      const cut = await decodeCut(whole, end);
      if (cut.message) refused++;
      else assert.deepEqual(cut.result, expected, `${end} of ${bytes.length} bytes`);
    }
    assert.ok(refused > bytes.length / 2, `${refused} of ${bytes.length} were refused`);
  });
}

Deno.test("readOnnxMetadata() refuses a model cut short at every byte, or tells nothing that is not in it", async () => {
  const whole: Case = ["a model", onnx, decoders.onnx];
  const expected = decoders.onnx(onnx) as OnnxMetadata;
  let refused = 0;
  for (let end = 0; end < onnx.length; end++) {
    const cut = await decodeCut(whole, end);
    if (cut.message) {
      refused++;
      continue;
    }
    // Between two fields, what is there is an ONNX file as well; its checksum tells.
    const { inputs, outputs, properties } = cut.result as typeof expected;
    if (inputs.length > 0) assert.deepEqual([inputs, outputs], [expected.inputs, expected.outputs]);
    for (const [key, value] of properties) assert.equal(value, expected.properties.get(key));
  }
  assert.ok(refused > onnx.length / 2, `${refused} of ${onnx.length} were refused`);
});
