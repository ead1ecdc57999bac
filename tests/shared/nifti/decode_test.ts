/** Files written by nibabel, with what nibabel reads in them (tests/fixtures/nifti/make_with_nibabel.py). */
import assert from "node:assert/strict";
import test from "node:test";
import { decodeNifti, decodeNiftiMask } from "../../../shared/nifti/decode.ts";
import { encodeNifti, encodeNiftiMask } from "../../../shared/nifti/encode.ts";
import { geometryOfSpacing } from "../../../shared/geometry.ts";
import { readFixture } from "../repository.ts";
import { assertCloseTo } from "../close_to.ts";
import { expectedFiles } from "./expected.ts";

for (const [name, expected] of Object.entries(expectedFiles)) {
  test(`decodeNifti reads nibabel's ${name}`, async () => {
    const { volume, geometry } = await decodeNifti(readFixture(`nifti/${name}`));
    const { slices, height, width, channels } = volume;
    assert.deepEqual([slices, height, width, channels], expected.shape);
    assert.deepEqual(Array.from(volume.data), expected.data.map(Math.fround));
    assert.deepEqual(geometry.shape, expected.shape.slice(0, 3));
    assertCloseTo(geometry.spacing, expected.spacing);
    assertCloseTo(geometry.affine.flat(), expected.affine.flat());
  });
}

async function typeOf(name: string): Promise<string> {
  return (await decodeNifti(readFixture(`nifti/${name}`))).volume.data.constructor.name;
}

test("decodeNifti keeps whole numbers that need no sign as small as they are", async () => {
  assert.equal(await typeOf("uint8.nii"), "Uint8Array");
  assert.equal(await typeOf("rgb.nii.gz"), "Uint8Array");
  assert.equal(await typeOf("uint16.nii"), "Uint16Array");
  assert.equal(await typeOf("int16.nii"), "Float32Array");
  assert.equal(await typeOf("scaled.nii.gz"), "Float32Array");
  const volume = { data: new Uint8Array([0, 255]), slices: 1, height: 1, width: 2, channels: 1 };
  const small = geometryOfSpacing([1, 1, 2], [1, 1, 1]);
  for (const dataType of ["int16", "int32", "int64"] as const) {
    const { volume: { data } } = await decodeNifti(await encodeNifti(volume, small, { dataType }));
    assert.deepEqual(data, new Uint16Array([0, 255]));
  }
});

test("decodeNifti makes 0 of NaN and of infinity", async () => {
  const bytes = readFixture("nifti/float32.nii").slice(), view = new DataView(bytes.buffer);
  for (const value of [NaN, Infinity, -Infinity]) {
    view.setFloat32(352 + 4 * 30, value, true);
    const { volume } = await decodeNifti(bytes);
    assert.equal(volume.data.every(Number.isFinite), true);
    assert.equal(volume.data.filter((voxel: number) => voxel === 0).length, 2);
  }
});

test("decodeNifti takes a slope of 0 or NaN for none", async () => {
  const bytes = readFixture("nifti/uint8.nii").slice(), view = new DataView(bytes.buffer);
  const plain = (await decodeNifti(bytes)).volume;
  for (const slope of [0, NaN, Infinity]) {
    view.setFloat32(112, slope, true);
    view.setFloat32(116, 9, true);
    assert.deepEqual((await decodeNifti(bytes)).volume, plain);
  }
});

/** uint8.nii, whose header is little-endian, with some of its bytes replaced. */
function changed(
  ...changes: [offset: number, kind: "Int16" | "Int32" | "Float32", value: number][]
) {
  const bytes = readFixture("nifti/uint8.nii").slice(), view = new DataView(bytes.buffer);
  for (const [offset, kind, value] of changes) view[`set${kind}`](offset, value, true);
  return bytes;
}

test("decodeNifti makes 0 of what no float can hold once it is scaled", async () => {
  const bytes = changed([112, "Float32", 1e38]);
  const stored = (await decodeNifti(changed())).volume.data;
  const { data } = (await decodeNifti(bytes)).volume;
  assert.ok(data.every(Number.isFinite));
  assert.deepEqual(data, Float32Array.from(stored, (value) => value > 3 ? 0 : value * 1e38));
});

const singular = Array.from({ length: 12 }, (_, i) => [280 + 4 * i, "Float32", 1] as const);

const refused: [why: string, bytes: Uint8Array, message: RegExp][] = [
  ["an empty file", new Uint8Array(0), /header must have 348 bytes: current value is 0/],
  ["half a header", changed().subarray(0, 200), /header must have 348 bytes: current value is 200/],
  ["a file cut short", changed().subarray(0, 400), /must hold 412 bytes.*current value is 400/],
  ["something else", new Uint8Array(400).fill(7), /first number must be 348/],
  ["NIfTI-2", changed([0, "Int32", 540]), /must be NIfTI-1: current value is NIfTI-2/],
  ["a pair of files", changed([344, "Int32", 0x0031696e]), /same file.*\.hdr, \.img/],
  ["Analyze 7.5", changed([344, "Int32", 0]), /letters "n\+1"/],
  ["complex numbers", changed([70, "Int16", 32]), /data type 32 \(complex64\)/],
  ["quadruple precision", changed([70, "Int16", 1536]), /data type 1536 \(float128\)/],
  ["an unknown type", changed([70, "Int16", 3]), /current value is data type 3/],
  ["one axis", changed([40, "Int16", 1]), /2 to 7 axes: current value is 1/],
  ["many axes", changed([40, "Int16", 8]), /2 to 7 axes: current value is 8/],
  ["a negative length", changed([42, "Int16", -5]), /at least 1: current value is -5x4x3/],
  ["a length of 0", changed([44, "Int16", 0]), /at least 1: current value is 5x0x3/],
  ["time", changed([40, "Int16", 4], [48, "Int16", 200]), /1 to 4 volumes.*current value is 200/],
  ["voxels in the header", changed([108, "Float32", 100]), /start at.*352: current value is 100/],
  ["voxels at NaN", changed([108, "Float32", NaN]), /start at.*352: current value is NaN/],
  ["voxels behind the end", changed([108, "Float32", 1e6]), /must hold 1000060 bytes/],
  ["no intercept", changed([112, "Float32", 2], [116, "Float32", NaN]), /intercept must be finite/],
  [
    "flat voxels",
    changed(...singular.map(([...change]) => change)),
    /axes must not lie in a plane/,
  ],
  ["an affine of NaN", changed([280, "Float32", NaN]), /affine must be finite/],
];

for (const [why, bytes, message] of refused) {
  test(`decodeNifti refuses ${why}`, async () => {
    await assert.rejects(decodeNifti(bytes), { name: "ImageFormatError", message });
  });
}

async function gzip(...parts: Uint8Array[]): Promise<Uint8Array> {
  const stream = new Blob(parts as BlobPart[]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A header that asks for voxels of the given type and shape. */
function asking(sizes: [number, number, number], dataType = 16): Uint8Array {
  const [x, y, z] = sizes;
  return changed([42, "Int16", x], [44, "Int16", y], [46, "Int16", z], [70, "Int16", dataType])
    .subarray(0, 352);
}

test("decodeNifti refuses a volume over the limit before it makes room for it", async () => {
  const bomb = await gzip(asking([32767, 32767, 32767], 64), new Uint8Array(20 * 2 ** 20));
  assert.ok(bomb.length < 30_000);
  const message = /at most 134217728 voxels times channels: current value is 32767x32767x32767x1/;
  await assert.rejects(decodeNifti(bomb), { name: "ImageTooLargeError", message });
  const bytes = readFixture("nifti/two_channels.nii.gz");
  await assert.rejects(decodeNifti(bytes, { maxValues: 119 }), /5x4x3x2/);
  assert.equal((await decodeNifti(bytes, { maxValues: 120 })).volume.channels, 2);
  const few = /at most 1 channels: current value is 2/;
  await assert.rejects(decodeNifti(bytes, { maxChannels: 1 }), {
    name: "ImageTooLargeError",
    message: few,
  });
});

test("decodeNifti refuses a file over the limit", async () => {
  const bytes = readFixture("nifti/uint8.nii");
  await assert.rejects(decodeNifti(bytes, { maxBytes: 400 }), {
    name: "ImageTooLargeError",
    message: /at most 400 bytes: current value is 412/,
  });
});

test("decodeNifti does not make room for what so small a file cannot hold", async () => {
  const liar = await gzip(asking([500, 500, 500]));
  await assert.rejects(
    decodeNifti(liar),
    /must hold 500000352 bytes.*current value is at most \d+/,
  );
});

test("decodeNifti leaves alone what comes after the voxels, but for a bomb's sake does not read it", async () => {
  const bytes = readFixture("nifti/uint8.nii");
  const { volume } = await decodeNifti(bytes);
  const longer = await gzip(bytes, new Uint8Array(50 * 2 ** 20));
  assert.deepEqual((await decodeNifti(longer)).volume, volume);
});

test("decodeNifti refuses gzip that is cut short or has a wrong byte", async () => {
  const whole = readFixture("nifti/axes_RAS.nii.gz");
  for (const end of [3, 40, -9, -1]) {
    await assert.rejects(decodeNifti(whole.subarray(0, end)), { name: "ImageFormatError" });
  }
  const wrong = whole.slice();
  wrong[wrong.length - 6] ^= 0xff;
  await assert.rejects(decodeNifti(wrong), /compression must be intact gzip/);
});

/** 100,000 bytes in blocks of 64 KiB, by bgzip 1.16 (make_with_bgzip.py). */
const blocks = readFixture("nifti/bgzip.nii.gz");

test("decodeNifti reads bgzip, the blocks that the voxels are in", async () => {
  const { volume } = await decodeNifti(blocks);
  assert.deepEqual([volume.slices, volume.height, volume.width], [10, 100, 100]);
  const expected = Uint8Array.from({ length: 100_000 }, (_, place) => place % 7);
  assert.deepEqual(volume.data, expected);
  // An end marker, or what comes after the voxels, is of no interest.
  assert.deepEqual((await decodeNifti(blocks.subarray(0, -28))).volume, volume);
});

test("decodeNifti refuses bgzip that is cut short or has a wrong byte", async () => {
  for (const end of [100, -29]) {
    await assert.rejects(decodeNifti(blocks.subarray(0, end)), { name: "ImageFormatError" });
  }
  // In the last block's checksum, before the end marker.
  const wrong = blocks.slice();
  wrong[wrong.length - 28 - 6] ^= 0xff;
  await assert.rejects(decodeNifti(wrong), /compression must be intact gzip/);
});

test("decodeNifti reads a file that is a view into a larger buffer at an odd place", async () => {
  const bytes = readFixture("nifti/float64.nii"), room = new Uint8Array(bytes.length + 8);
  room.set(bytes, 3);
  const view = room.subarray(3, 3 + bytes.length);
  assert.deepEqual(await decodeNifti(view), await decodeNifti(bytes));
});

const geometry = geometryOfSpacing([1, 2, 2], [5, 1, 1]);

async function maskOf(data: number[], options = {}) {
  const volume = { data: Float32Array.from(data), slices: 1, height: 2, width: 2, channels: 1 };
  const { mask } = await decodeNiftiMask(await encodeNifti(volume, geometry), options);
  return Array.from(mask.data);
}

test("decodeNiftiMask takes 0 and 1, 0 and 255, and any labels when told so", async () => {
  assert.deepEqual(await maskOf([0, 1, 1, 0]), [0, 1, 1, 0]);
  assert.deepEqual(await maskOf([0, 255, 0, 0]), [0, 1, 0, 0]);
  assert.deepEqual(await maskOf([0, 1, 2, 4], { labels: "any" }), [0, 1, 1, 1]);
  await assert.rejects(maskOf([0, 1, 2, 4]), /must be 0 or 1.*current value is 2/);
  await assert.rejects(maskOf([0, 0.5, 0, 0]), /must be 0 or 1.*current value is 0.5/);
  await assert.rejects(maskOf([0, 0.5, 0, 0], { labels: "any" }), /whole numbers.*is 0.5/);
  await assert.rejects(maskOf([0, -1, 0, 0], { labels: "any" }), /whole numbers.*is -1/);
});

test("decodeNiftiMask refuses several channels", async () => {
  const bytes = readFixture("nifti/two_channels.nii.gz");
  await assert.rejects(decodeNiftiMask(bytes), /mask must have one channel: current value is 2/);
  const file = await encodeNiftiMask({ data: new Uint8Array(4), shape: [1, 2, 2] }, geometry);
  assert.equal((await decodeNiftiMask(file)).mask.shape.length, 3);
});
