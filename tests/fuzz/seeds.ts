/** The real files that mutated ones are made of. */

import { zipSync } from "fflate";
import { readBytes, root } from "../edge/support/files.ts";

/** What a file is, which says how it is mutated and who reads it. */
export const kinds = [
  "tiff",
  "png",
  "jpeg",
  "webp",
  "nifti",
  "dicom",
  "zip",
  "tensor",
  "npy",
  "safetensors",
  "onnx",
] as const;
export type Kind = typeof kinds[number];

export interface Seed {
  readonly kind: Kind;
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const extensions: Readonly<Record<string, Kind>> = {
  tif: "tiff",
  png: "png",
  jpg: "jpeg",
  webp: "webp",
  nii: "nifti",
  gz: "nifti",
  dcm: "dicom",
  npy: "npy",
};

async function filesIn(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, root))) {
    if (isDirectory) paths.push(...await filesIn(`${folder}/${name}`));
    else paths.push(`${folder}/${name}`);
  }
  return paths;
}

/** A whole slice takes the network long, and shows no decoder more than a part of one. */
const longest = 60_000;

/** A zip holds the time, as clocks on the wall show it, and its bytes must be those of every other run. */
const mtime = new Date(2020, 0, 1);

/** All small fixtures, a zip of some, an infer request, and the start of a model and of weights. */
export async function readSeeds(): Promise<Seed[]> {
  const seeds: Seed[] = [];
  for (const path of (await filesIn("tests/fixtures")).sort()) {
    const kind = extensions[path.split(".").at(-1)!], name = path.split("/").slice(2).join("/");
    const bytes = await readBytes(path);
    if (kind && bytes.length <= longest) seeds.push({ kind, name, bytes });
  }
  const tiffs = seeds.filter(({ name }) => /^crop_(big_endian|lzw|tiled)\.tif$/.test(name));
  const files = Object.fromEntries(tiffs.map(({ name, bytes }) => [name, bytes]));
  const zip = zipSync(files, { mtime }) as Uint8Array<ArrayBuffer>;
  const nested = zipSync({ "a.zip": zip, ...files }, { level: 0, mtime }) as Uint8Array<
    ArrayBuffer
  >;
  const weights = await readBytes("tests/golden/seed_unet.safetensors");
  return [
    ...seeds,
    { kind: "zip", name: "slices.zip", bytes: zip },
    { kind: "zip", name: "zip in a zip", bytes: nested },
    { kind: "tensor", name: "binary tensor", bytes: inferRequest(256) },
    { kind: "safetensors", name: "weights", bytes: weights },
    { kind: "onnx", name: "model", bytes: await readBytes("edge/models/preview/model.onnx") },
  ];
}

/** JSON, a line's end, and the numbers that it announces. @param pixels Of a picture 16 pixels high. */
export function inferRequest(pixels: number): Uint8Array<ArrayBuffer> {
  const values = 3 * pixels;
  const tensor = new Uint8Array(Float32Array.from({ length: values }, (_, i) => i / values).buffer);
  const parameters = { binary_data_size: tensor.length };
  const input = { name: "image", datatype: "FP32", shape: [1, 3, 16, pixels / 16], parameters };
  const request = { id: "1", inputs: [input], parameters: { binary_data_output: true } };
  const json = new TextEncoder().encode(`${JSON.stringify(request)}\n`);
  return new Uint8Array([...json, ...tensor]);
}
