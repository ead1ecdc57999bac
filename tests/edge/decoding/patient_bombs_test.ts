/** Patients that ask for much by being many: refused by what their files say, before any of them is decoded. */

import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { createDecodingSession } from "../../../edge/decoding/session.ts";
import { defaultLimits, type Limits } from "../../../edge/limits.ts";
import { encodePng } from "../../../shared/image/encode_png.ts";
import { parseModelCard } from "../../../shared/parse_model_card.ts";
import { readBytes, slicePath } from "../support/files.ts";

const session = createDecodingSession();
const card = parseModelCard(
  new TextDecoder().decode(await readBytes("edge/models/preview/card.json")),
);

/** A patient as it is sent: files in a zip, or in a form. */
async function bodyOf(sent: Record<string, Uint8Array> | FormData | Uint8Array) {
  if (sent instanceof FormData) {
    const response = new Response(sent), contentType = response.headers.get("content-type")!;
    return { bytes: await response.bytes(), contentType, contentEncoding: "" };
  }
  const bytes = sent instanceof Uint8Array ? sent : zipSync(sent);
  return { bytes: new Uint8Array(bytes), contentType: "", contentEncoding: "" };
}

const slice = await readBytes(slicePath);
const tiny = encodePng({ data: new Uint8Array(4), height: 2, width: 2, channels: 1 });

/** The file that comes first in the zip is the last by its name. */
function slicesBehindATinyOne(): Record<string, Uint8Array> {
  const many = Array.from({ length: 20 }, (_, i) => [`P_${i + 1}.tif`, slice]);
  return Object.fromEntries([["P_99.png", tiny], ...many]);
}

/** Each of the zips holds a megabyte. */
function zipsInAForm(count: number): FormData {
  const form = new FormData(), zip = zipSync({ "a.tif": new Uint8Array(2 ** 20) });
  for (let i = 0; i < count; i++) form.append("file", new File([new Uint8Array(zip)], `${i}.zip`));
  return form;
}

/** Two series of four frames of 6x5 pixels each. */
async function twoSeries(): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const name of ["explicit", "signed"]) {
    for (let i = 0; i < 4; i++) {
      files[`${name}_${i}.dcm`] = await readBytes(`tests/fixtures/dicom/${name}/${i}.dcm`);
    }
  }
  return files;
}

/** A NIfTI that says that it is of this size, and holds but a few voxels. */
async function claimingNifti(sizes: readonly [number, number, number]): Promise<Uint8Array> {
  const bytes = await readBytes("tests/fixtures/nifti/uint8.nii"),
    view = new DataView(bytes.buffer);
  sizes.forEach((size, axis) => view.setInt16(42 + 2 * axis, size, true));
  return bytes;
}

/** The same of one slice as DICOM. */
async function claimingDicom(side: number): Promise<Uint8Array> {
  const bytes = await readBytes("tests/fixtures/dicom/explicit/0.dcm");
  for (const element of [0x10, 0x11]) {
    const at = bytes.findIndex((_, i) =>
      [0x28, 0, element, 0, 0x55, 0x53].every((byte, j) => bytes[i + j] === byte)
    );
    assert.ok(at > 0);
    new DataView(bytes.buffer).setUint16(at + 8, side, true);
  }
  return bytes;
}

for (
  const [what, sent, changes, message] of [
    [
      "large slices behind a tiny one",
      slicesBehindATinyOne(),
      { maxValues: 1_000_000 },
      /and 1000000 values: current size is 21x256x256x3/,
    ],
    [
      "a form of zips that are small each",
      zipsInAForm(3),
      { maxInflatedBytes: 2 ** 21 },
      /at most 2097152 bytes once inflated: current value is 3145728/,
    ],
    [
      "DICOM series that are small each",
      await twoSeries(),
      { maxValues: 150 },
      /at most 75 pixels: current value is 6x5x4/,
    ],
    [
      "a NIfTI of large slices",
      await claimingNifti([2000, 2000, 1]),
      {},
      /slices of at most 1048576 pixels: current size is 1x2000x2000/,
    ],
    ["a NIfTI of many slices", await claimingNifti([9, 9, 2000]), {}, /at most 1024 slices/],
    ["a DICOM file of large slices", await claimingDicom(2000), {}, /of at most 1048576 pixels/],
  ] as [string, Parameters<typeof bodyOf>[0], Partial<Limits>, RegExp][]
) {
  Deno.test(`createDecodingSession() refuses ${what} with 413, undecoded`, async () => {
    const limits = { ...defaultLimits, ...changes }, body = await bodyOf(sent);
    const refused = session.answer({ kind: "volume", body, card, limits });
    await assert.rejects(refused, { status: 413, message });
  });
}
