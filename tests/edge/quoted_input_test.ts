/** What strangers write comes back in messages that are short and of one line. */

import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { readBytes, slicePath } from "./support/files.ts";
import { createTestApp, type Post, post } from "./support/test_app.ts";

const long = "a\u202e".repeat(300), header = "a".repeat(5000);
const slice = await readBytes(slicePath),
  dicom = await readBytes("tests/fixtures/dicom/explicit/0.dcm");
const input = { name: "image", datatype: "FP32", shape: [1, 3, 8, 8], data: [0] };
const infer = (changes: object) => JSON.stringify({ inputs: [{ ...input, ...changes }] });

/** A DICOM file whose text of a tag becomes one of control characters. */
function withText([group, element]: readonly [number, number]): Uint8Array<ArrayBuffer> {
  const bytes = dicom.slice(), view = new DataView(bytes.buffer);
  for (let at = 132; at < bytes.length - 8; at += 2) {
    if (view.getUint16(at, true) !== group || view.getUint16(at + 2, true) !== element) continue;
    bytes.fill(0x11, at + 8, at + 8 + view.getUint16(at + 6, true));
    return bytes;
  }
  throw new Error("There is no such tag.");
}

function formOf(fields: Record<string, readonly [name: string, bytes: Uint8Array<ArrayBuffer>]>) {
  const form = new FormData();
  for (const [field, [name, bytes]] of Object.entries(fields)) {
    form.append(field, new File([bytes], name));
  }
  return form;
}

const named = (name: string, bytes: Uint8Array<ArrayBuffer>) =>
  zipSync({ [name]: bytes }) as Uint8Array<ArrayBuffer>;

const cases: readonly (readonly [what: string, path: string, init: Post])[] = [
  ["an address", `/${long}`, {}],
  ["a model's name", `/v1/segment?model=${long}`, { body: slice }],
  ["an output's name", `/v1/segment?output=${long}`, { body: slice }],
  ["Accept", "/v1/segment", { body: slice, headers: { Accept: `x/${header}` } }],
  ["a type", "/v1/dice", { body: "x", headers: { "Content-Type": `x/${header}` } }],
  ["an encoding", "/v2/models/reference/infer", {
    body: "{}",
    headers: { "Content-Encoding": header },
  }],
  ["a length", "/v2/models/reference/infer", {
    body: "{}",
    headers: { "Inference-Header-Content-Length": header },
  }],
  ["a version", `/v2/models/reference/versions/${long}/infer`, { body: "{}" }],
  ["broken JSON", "/v2/models/reference/infer", { body: `"${long}\n` }],
  ["a datatype", "/v2/models/reference/infer", { body: infer({ datatype: long }) }],
  ["a tensor's name", "/v2/models/reference/infer", { body: infer({ name: long }) }],
  ["a shape", "/v2/models/reference/infer", { body: infer({ shape: Array(5000).fill(9) }) }],
  ["a value", "/v2/models/reference/infer", { body: infer({ data: [long] }) }],
  ["a file's name in a zip", "/v1/volumes?output=json", { body: named(long, slice.slice(0, 99)) }],
  ["a NIfTI's name", "/v1/volumes?output=json", {
    body: formOf({ a: [`${long}.nii`, slice], b: [`${long}b.nii`, slice] }),
  }],
  ["a DICOM file's PixelSpacing", "/v1/volumes?output=json", { body: withText([0x28, 0x30]) }],
  ["a DICOM file's transfer syntax", "/v1/volumes?output=json", { body: withText([0x2, 0x10]) }],
];

for (const [what, path, init] of cases) {
  Deno.test(`${what} of a stranger is quoted in one short line that hides nothing`, async () => {
    const response = await post(path, init, createTestApp());
    assert.ok(response.status >= 400 && response.status < 500, `${response.status}`);
    const { error } = await response.json();
    assert.match(error, /^[ -~…]+$/);
    assert.ok(error.length < 400, error);
  });
}
