/** Small files that ask for much: refused by what they say, before it is taken. */

import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { createDecodingSession } from "../../../edge/decoding/session.ts";
import { defaultLimits } from "../../../edge/limits.ts";
import { parseModelCard } from "../../../shared/parse_model_card.ts";
import { readBytes } from "../support/files.ts";

const session = createDecodingSession();
const card = parseModelCard(
  new TextDecoder().decode(await readBytes("edge/models/preview/card.json")),
);
const tiff = await readBytes("tests/fixtures/crop_lzw.tif");
const png = await readBytes("tests/fixtures/crop.png");
const dicom = await readBytes("tests/fixtures/dicom/enhanced/0.dcm");

/** The bytes with a number of 32 bits at a place. */
function patched(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(at, value, true);
  return copy;
}

/** Where some letters or bytes stand. */
function find(bytes: Uint8Array, wanted: readonly number[], from = 0): number {
  const at = bytes.findIndex((_, i) =>
    i >= from && wanted.every((byte, j) => bytes[i + j] === byte)
  );
  assert.ok(at >= 0);
  return at;
}

/** A zip of one file that is not compressed, listed many times with a size of none. */
function lyingZip(times: number): Uint8Array {
  const zip = zipSync({ "a.tif": new Uint8Array(2 ** 20) }, { level: 0 });
  const start = find(zip, [0x50, 0x4b, 1, 2]), end = find(zip, [0x50, 0x4b, 5, 6], start);
  const entry = patched(zip, start + 24, 0).slice(start, end);
  const tail = zip.slice(end);
  new DataView(tail.buffer).setUint16(8, times, true);
  new DataView(tail.buffer).setUint16(10, times, true);
  return new Uint8Array([...zip.slice(0, start), ...Array(times).fill([...entry]).flat(), ...tail]);
}

/** The file with as many empty attributes of eight bytes after its own. */
function withAttributes(bytes: Uint8Array, count: number): Uint8Array {
  const more = new Uint8Array(bytes.length + 8 * count), view = new DataView(more.buffer);
  more.set(bytes);
  for (let i = 0; i < count; i++) {
    const at = bytes.length + 8 * i;
    view.setUint16(at, 0x7fe1 + (i >> 16), true);
    view.setUint16(at + 2, i & 0xffff, true);
    more.set([0x4c, 0x4f], at + 4);
  }
  return more;
}

/** The file with empty IDAT chunks after its header. */
function withChunks(bytes: Uint8Array, count: number): Uint8Array {
  const chunk = [0, 0, 0, 0, 0x49, 0x44, 0x41, 0x54, 0x35, 0xaf, 0x06, 0x1e];
  const chunks = new Uint8Array(12 * count);
  for (let i = 0; i < count; i++) chunks.set(chunk, 12 * i);
  return new Uint8Array([...bytes.subarray(0, 33), ...chunks, ...bytes.subarray(33)]);
}

/** A gray TIFF one pixel wide, with a strip for each row, all of them the same byte. */
function manyStrips(rows: number): Uint8Array {
  const tags = [[256, 1], [257, rows], [258, 8], [273, 0], [278, 1], [279, 0]];
  const start = 8 + 2 + 12 * tags.length, bytes = new Uint8Array(start + 8 * rows);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0, 8, 0, 0, 0, tags.length, 0]);
  tags.forEach(([tag, value], i) => {
    const entry = 10 + 12 * i, list = tag === 273 || tag === 279;
    view.setUint16(entry, tag, true);
    view.setUint16(entry + 2, 4, true);
    view.setUint32(entry + 4, list ? rows : 1, true);
    view.setUint32(entry + 8, list ? start + (tag === 279 ? 4 * rows : 0) : value, true);
  });
  for (let row = 0; row < rows; row++) view.setUint32(start + 4 * (rows + row), 1, true);
  return bytes;
}

const frames = find(dicom, [0x28, 0, 0x08, 0, 0x49, 0x53]);

for (
  const [what, bytes, status, message] of [
    ["a zip that lists one file many times", lyingZip(600), 413, /once inflated/],
    [
      "a zip of more folders than files can have",
      zipSync(
        Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`${i}/`, new Uint8Array()])),
      ),
      413,
      /at most 2048 files/,
    ],
    ["a zip in a zip", zipSync({ "a.zip": zipSync({ "a.tif": tiff }) }), 400, /TIFF, PNG, JPEG/],
    [
      "a DICOM file of 300,000 empty attributes",
      withAttributes(dicom, 300_000),
      400,
      /at most 262144/,
    ],
    [
      "a DICOM file of 99 frames that it has not",
      (() => {
        const copy = dicom.slice();
        copy.set([0x39, 0x39], frames + 8);
        return copy;
      })(),
      400,
      /Cannot decode the DICOM file/,
    ],
  ] as [string, Uint8Array<ArrayBuffer>, number, RegExp][]
) {
  Deno.test(`createDecodingSession() refuses ${what}`, async () => {
    const body = { bytes: bytes.slice(), contentType: "", contentEncoding: "" };
    const request = { kind: "volume", body, card, limits: defaultLimits } as const;
    await assert.rejects(session.answer(request), { status, message });
  });
}

for (
  const [what, bytes, message] of [
    ["a PNG of many empty chunks", withChunks(png, 70_000), /at most 65536 chunks/],
    ["a TIFF of many strips", manyStrips(20_000), /at most 16384 strips/],
  ] as [string, Uint8Array<ArrayBuffer>, RegExp][]
) {
  Deno.test(`createDecodingSession() refuses ${what}`, async () => {
    const body = { bytes: bytes.slice(), contentType: "", contentEncoding: "" };
    const request = { kind: "slice", body, limits: defaultLimits } as const;
    await assert.rejects(session.answer(request), { status: 400, message });
  });
}

Deno.test("createDecodingSession() refuses a form of too many parts before it reads one", async () => {
  const part = '--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n\r\n';
  const bytes = new TextEncoder().encode(`${part.repeat(3000)}--x--\r\n`);
  const body = { bytes, contentType: "multipart/form-data; boundary=x", contentEncoding: "" };
  const limits = defaultLimits, message = /at most 2048 parts: current value is 3000/;
  await assert.rejects(session.answer({ kind: "volume", body, card, limits }), {
    status: 413,
    message,
  });
});
