/** Small real files, cut short at every byte: refused with a sentence, or read as the whole. */

import assert from "node:assert/strict";
import { zipSync } from "fflate";
import type { OnnxMetadata } from "../../shared/inference/onnx_metadata.ts";
import { exportOnnx } from "../../train/export/export_onnx.ts";
import type { StateDict } from "../../train/network/state_dict.ts";
import { unetWeights } from "../../train/network/unet_architecture.ts";
import { writeSafetensors } from "../../train/storage/safetensors.ts";
import { readBytes } from "../edge/support/files.ts";
import { decoders, faultOf, readTensor } from "./decoders.ts";
import { inferRequest, type Kind } from "./seeds.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const fixtures: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  tiff: ["mask_1_bit.tif", "crop_gray.tif", "crop_lzw_predictor.tif", "crop_deflate_predictor.tif"],
  png: ["mask_1_bit.png", "crop_gray.png", "crop_palette_4_bit.png"],
  jpeg: ["crop_gray.jpg", "crop_progressive.jpg"],
  webp: ["crop_lossy.webp", "mask.webp"],
  nifti: [
    "nifti/uint8.nii",
    "nifti/float64_big_endian.nii",
    "nifti/two_channels.nii.gz",
    "nifti/bgzip.nii.gz",
  ],
  dicom: ["implicit", "explicit", "run_lengths", "big_endian"]
    .map((name) => `dicom/${name}/2.dcm`),
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
