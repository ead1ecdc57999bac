import assert from "node:assert/strict";
import test from "node:test";
import { decodeDicomSeries, isDicom } from "../../../shared/dicom/decode.ts";
import { assertCloseTo } from "../close_to.ts";
import { expectedSeries, readSeries } from "./fixture.ts";

for (const [name, expected] of Object.entries(expectedSeries)) {
  test(`decodeDicomSeries reads pydicom's ${name}`, () => {
    const { volume, geometry } = decodeDicomSeries(readSeries(name));
    const { slices, height, width, channels, data } = volume;
    assert.deepEqual([slices, height, width, channels], expected.shape);
    // No two decoders of JPEG agree on every gray level.
    const apart = Array.from(data, (value, i) => Math.abs(value - expected.data[i]));
    assert.ok(Math.max(...apart) <= (name.startsWith("jpeg") ? 2 : 0));
    assert.deepEqual(geometry.shape, expected.shape.slice(0, 3));
    assertCloseTo(geometry.spacing, expected.spacing);
    assertCloseTo(geometry.affine.flat(), expected.affine.flat());
  });
}

test("decodeDicomSeries takes the files in any order", () => {
  const files = readSeries("explicit");
  const { volume } = decodeDicomSeries(files);
  assert.deepEqual(decodeDicomSeries(files.toReversed()).volume, volume);
  assert.deepEqual(decodeDicomSeries(files.map((file) => Buffer.from(file))).volume, volume);
});

test("decodeDicomSeries keeps numbers that need no sign as small as they are", () => {
  const typeOf = (name: string) => decodeDicomSeries(readSeries(name)).volume.data.constructor.name;
  assert.equal(typeOf("eight_bits"), "Uint8Array");
  assert.equal(typeOf("explicit"), "Uint16Array");
  assert.equal(typeOf("signed_without_need"), "Uint16Array");
  assert.equal(typeOf("signed"), "Float32Array");
  assert.equal(typeOf("rescaled"), "Float32Array");
});

test("decodeDicomSeries gives a lone slice the thickness it says", () => {
  const { volume, geometry } = decodeDicomSeries(readSeries("explicit").slice(0, 1));
  assert.equal(volume.slices, 1);
  assert.deepEqual(geometry.spacing, [4, 2, 1.5]);
});

/** The file with a text in it replaced by another of the same length, everywhere. */
function replaced(file: Uint8Array, from: string, to: string): Uint8Array {
  assert.equal(from.length, to.length);
  const text = Buffer.from(file).toString("latin1");
  assert.ok(text.includes(from), from);
  return new Uint8Array(Buffer.from(text.replaceAll(from, to), "latin1"));
}

/** The file with one of its numbers of 16 bits replaced, explicit VR. */
function renumbered(
  file: Uint8Array,
  [group, element]: [number, number],
  value: number,
): Uint8Array {
  const tag = Buffer.from([group & 255, group >> 8, element & 255, element >> 8]);
  const changed = file.slice(), at = Buffer.from(file).indexOf(tag);
  assert.ok(at > 0);
  new DataView(changed.buffer).setUint16(at + 8, value, true);
  return changed;
}

const [first, second, third] = readSeries("explicit");
const [jpeg] = readSeries("jpeg_baseline");

const refused: [why: string, files: Uint8Array[], message: RegExp][] = [
  ["no files", [], /at least one file/],
  ["something else", [new Uint8Array(500)], /letters "DICM"/],
  ["an empty file", [new Uint8Array(0)], /letters "DICM"/],
  ["deflated files", readSeries("deflated"), /is Deflated Explicit VR Little Endian \(1\.2\.840/],
  ["a JPEG of another size", [renumbered(jpeg, [0x28, 0x10], 6)], /size 6x6 and one .*6x5x1/],
  ["a JPEG of 16 bits", [renumbered(jpeg, [0x28, 0x100], 16)], /8 bits without a sign.*uint16/],
  [
    "JPEG 2000",
    readSeries("jpeg_2000"),
    /is JPEG 2000 Image Compression \(Lossless Only\) \(1\.2\.840\.10008\.1\.2\.4\.90\)/,
  ],
  ["color", [replaced(first, "MONOCHROME2", "PALETTE COL")], /MONOCHROME2: .*PALETTE COL/],
  ["single bits", [renumbered(first, [0x28, 0x100], 1)], /8, 16 or 32 bits allocated.*is 1/],
  ["12 of 8 bits", [renumbered(first, [0x28, 0x101], 17)], /must lie in the 16 allocated/],
  ["no rows", [renumbered(first, [0x28, 0x10], 0)], /over 0: current value is 0, 6, 1/],
  [
    "more rows than there are",
    [renumbered(first, [0x28, 0x10], 6)],
    /PixelData must have 72 bytes.*is 60/,
  ],
  ["several series", [first, readSeries("signed")[1]], /one SeriesInstanceUID/],
  ["several sizes", [first, renumbered(second, [0x28, 0x10], 4)], /one size, 6x5: .*6x4/],
  [
    "several spacings",
    [first, replaced(second, "2.0\\1.5", "2.0\\2.5")],
    /one PixelSpacing, 2, 1\.5/,
  ],
  [
    "several directions",
    [first, replaced(second, "1.0\\0.0\\0.0\\0.0\\1.0", "0.0\\1.0\\0.0\\1.0\\0.0")],
    /one ImageOrientationPatient/,
  ],
  [
    "directions at no right angle",
    [replaced(first, "1.0\\0.0\\0.0\\0.0\\1.0", "1.0\\0.0\\0.0\\1.0\\0.0")],
    /two directions at right angles/,
  ],
  ["no spacing", [replaced(first, "2.0\\1.5", "0.0\\1.5")], /PixelSpacing must be over 0/],
  ["half a spacing", [replaced(first, "2.0\\1.5", "2.0 1.5")], /PixelSpacing must be 2 numbers/],
  ["two frames in one place", [first, second, second], /a place of its own/],
  ["a missing slice", [first, second, third], /evenly, none missing/],
];

for (const [why, files, message] of refused) {
  test(`decodeDicomSeries refuses ${why}`, () => {
    assert.throws(() => decodeDicomSeries(files), { name: "ImageFormatError", message });
  });
}

test("decodeDicomSeries makes 0 of what no float can hold once it is scaled", () => {
  const [, , rescaled] = readSeries("rescaled");
  const { volume } = decodeDicomSeries([replaced(rescaled, "0.5 ", "9E99")]);
  assert.ok(volume.data.every((value: number) => value === 0 || value === -7));
});

test("decodeDicomSeries refuses a file that is cut short anywhere", () => {
  for (let end = 140; end < third.length; end += 7) {
    assert.throws(() => decodeDicomSeries([third.subarray(0, end)]), { name: "ImageFormatError" });
  }
  for (const compressed of [readSeries("run_lengths")[0], jpeg]) {
    for (let end = 140; end < compressed.length - 8; end += 7) {
      assert.throws(() => decodeDicomSeries([compressed.subarray(0, end)]), {
        name: "ImageFormatError",
      });
    }
  }
});

test("decodeDicomSeries refuses a series over the limits", () => {
  const files = readSeries("explicit");
  assert.throws(() => decodeDicomSeries(files, { maxBytes: 1000 }), {
    name: "ImageTooLargeError",
    message: /at most 1000 bytes/,
  });
  assert.throws(() => decodeDicomSeries(files, { maxValues: 119 }), {
    name: "ImageTooLargeError",
    message: /at most 119 pixels: current value is 6x5x4/,
  });
});

test("decodeDicomSeries refuses frames without places of their own", () => {
  const [enhanced] = readSeries("enhanced");
  const unplaced = Buffer.from(enhanced);
  const tag = Buffer.from([0x00, 0x52, 0x30, 0x92]);
  // Another tag in the place of PerFrameFunctionalGroupsSequence.
  unplaced[unplaced.indexOf(tag) + 2] = 0x31;
  assert.throws(() => decodeDicomSeries([unplaced]), /ImagePositionPatient: current value is none/);
});

test("isDicom tells by the first bytes", () => {
  assert.equal(isDicom(first), true);
  assert.equal(isDicom(first.subarray(0, 100)), false);
});
