import assert from "node:assert/strict";
import test from "node:test";
import { decodeImage } from "../../../shared/image/decode.ts";
import { readFixture } from "../repository.ts";

/** Where a JPEG's frame header starts, and where it ends. */
function frameOf(bytes: Uint8Array): readonly [start: number, end: number] {
  const lengthAt = (marker: number) => bytes[marker + 2] << 8 | bytes[marker + 3];
  let marker = 2;
  while (bytes[marker + 1] < 0xc0 || bytes[marker + 1] > 0xc2) marker += 2 + lengthAt(marker);
  return [marker, marker + 2 + lengthAt(marker)];
}

/** The file with a second frame header, of another size, behind its own. */
function withFrame(bytes: Uint8Array, side: number): Uint8Array {
  const [start, end] = frameOf(bytes), second = bytes.slice(start, end);
  const view = new DataView(second.buffer);
  for (const at of [5, 7]) view.setUint16(at, side);
  return Uint8Array.of(...bytes.subarray(0, end), ...second, ...bytes.subarray(end));
}

test("decodeJpeg makes no room for a second frame, however large", async () => {
  for (const name of ["crop_gray.jpg", "crop.jpg", "crop_progressive.jpg"]) {
    for (const side of [2000, 65_535]) {
      await assert.rejects(decodeImage(withFrame(readFixture(name), side)), {
        name: "ImageFormatError",
        message: "Cannot decode the JPEG as it must hold one picture of its size",
      });
    }
  }
});

test("decodeJpeg has room for every picture of its size, wide and high ones too", async () => {
  // What the entropy data lacks is another matter: it is only looked at when there was room.
  for (const [width, height] of [[1, 65_535], [65_535, 1], [2048, 2048]]) {
    const bytes = readFixture("crop.jpg").slice(), [start] = frameOf(bytes);
    const view = new DataView(bytes.buffer);
    view.setUint16(start + 5, height);
    view.setUint16(start + 7, width);
    await assert.rejects(decodeImage(bytes), /Cannot decode the JPEG as its data must be whole/);
  }
});
