import assert from "node:assert/strict";
import test from "node:test";
import { decodeImage } from "../../../shared/image/decode.ts";
import { readFixture } from "../repository.ts";

/** The parts of a PNG after its signature, each with its type. */
function chunksOf(bytes: Uint8Array): { type: string; whole: Uint8Array }[] {
  const view = new DataView(bytes.buffer), chunks = [];
  for (let start = 8; start < bytes.length;) {
    const end = start + 12 + view.getUint32(start);
    const type = new TextDecoder().decode(bytes.subarray(start + 4, start + 8));
    chunks.push({ type, whole: bytes.subarray(start, end) });
    start = end;
  }
  return chunks;
}

test("decodePng never looks into chunks that are not the picture", async () => {
  const bytes = readFixture("crop.png"), [header, ...rest] = chunksOf(bytes);
  // A color profile of rubbish: a decoder that inflates it fails, or worse.
  const profile = [0, 0, 0, 4, ...new TextEncoder().encode("iCCP"), 9, 9, 9, 9, 0, 0, 0, 0];
  const parts = [bytes.subarray(0, 8), header.whole, profile, ...rest.map(({ whole }) => whole)];
  const changed = Uint8Array.from(parts.flatMap((part) => Array.from(part)));
  assert.deepEqual(await decodeImage(changed), await decodeImage(bytes));
});

test("decodePng refuses a second header, of whatever size, before it makes room", async () => {
  const bytes = readFixture("crop.png"), [header, ...rest] = chunksOf(bytes);
  // Of 60000x60000 pixels, and with a checksum that is right.
  const [huge] = chunksOf(readFixture("huge.png"));
  for (const second of [huge, header]) {
    const chunks = [header, second, ...rest].map(({ whole }) => whole);
    const changed = Uint8Array.from([bytes.subarray(0, 8), ...chunks].flatMap((it) => [...it]));
    await assert.rejects(decodeImage(changed), {
      name: "ImageFormatError",
      message: "Cannot decode the PNG as it must have one IHDR chunk, not several",
    });
  }
});

test("decodePng refuses a wrong byte in the header, the palette or the pixels by its checksum", async () => {
  for (const [name, type] of [["crop_palette.png", "PLTE"], ["crop.png", "IDAT"]]) {
    const bytes = readFixture(name);
    const chunk = chunksOf(bytes).find((candidate) => candidate.type === type)!;
    chunk.whole[12] ^= 1;
    await assert.rejects(decodeImage(bytes), { name: "ImageFormatError" }, type);
  }
  const interlaced = readFixture("crop.png");
  interlaced[28] = 1;
  await assert.rejects(decodeImage(interlaced), { name: "ImageFormatError" });
});

test("decodePng refuses an interlaced PNG of fewer than 8 bits", async () => {
  const bytes = readFixture("mask_1_bit.png");
  bytes[28] = 1;
  await assert.rejects(decodeImage(bytes), {
    name: "ImageFormatError",
    message:
      "Cannot decode the PNG as an interlaced one must have 8 or 16 bits: current value is 1",
  });
});

test("decodePng refuses a picture with rows missing", async () => {
  const bytes = readFixture("crop.png");
  // Twice as high: the pixels are whole, but half of them are not there.
  bytes[23] = 80;
  await assert.rejects(decodeImage(bytes), /pixels must be 11600 bytes: current value is 5800/);
});
