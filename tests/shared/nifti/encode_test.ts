/** Files written and read again; what nibabel makes of them is in nibabel_test.ts. */
import assert from "node:assert/strict";
import test from "node:test";
import { geometryOfSpacing, type VolumeGeometry } from "../../../shared/geometry.ts";
import { decodeNifti, decodeNiftiMask } from "../../../shared/nifti/decode.ts";
import { encodeNifti, encodeNiftiMask } from "../../../shared/nifti/encode.ts";
import type { NumberType } from "../../../shared/number_type.ts";
import type { Volume } from "../../../shared/volume.ts";
import { readFixture } from "../repository.ts";
import { assertCloseTo } from "../close_to.ts";
import { expectedFiles } from "./expected.ts";

const names = Object.keys(expectedFiles);

for (const name of names) {
  test(`encodeNifti writes the volume of ${name} back into its space`, async () => {
    const read = await decodeNifti(readFixture(`nifti/${name}`));
    const again = await decodeNifti(await encodeNifti(read.volume, read.geometry));
    assert.deepEqual(again, read);
  });
}

test("encodeNiftiMask writes a mask into an image's own voxels", async () => {
  for (const name of names.filter((name) => name.startsWith("axes_"))) {
    const bytes = readFixture(`nifti/${name}`);
    const { volume, geometry } = await decodeNifti(bytes);
    const { slices, height, width } = volume;
    // One voxel: the one that holds 23 in the file, where it is number 23.
    const data = Uint8Array.from(volume.data, (value) => value === 23 ? 1 : 0);
    const mask = { data, shape: [slices, height, width] };
    const file = await encodeNiftiMask(mask, geometry, { gzip: false });
    assert.equal(file.indexOf(1, 352), 352 + 23, name);
    assert.deepEqual((await decodeNiftiMask(file)).mask, mask);
    assert.deepEqual((await decodeNiftiMask(file)).geometry, geometry);
  }
});

function line(data: Volume["data"]): [Volume, VolumeGeometry] {
  const volume = { data, slices: 1, height: 1, width: data.length, channels: 1 };
  return [volume, geometryOfSpacing([1, 1, data.length], [5, 2, 1])];
}

const types: NumberType[] = [
  "uint8",
  "int8",
  "uint16",
  "int16",
  "uint32",
  "int32",
  "uint64",
  "int64",
  "float32",
  "float64",
];

for (const dataType of types) {
  test(`encodeNifti writes ${dataType} in both byte orders, with slope and intercept`, async () => {
    const [volume, geometry] = line(new Float32Array([-3, -2.5, 0, 1, 52]));
    for (const littleEndian of [true, false]) {
      const encoding = { dataType, littleEndian, slope: 0.5, intercept: -3 };
      const read = await decodeNifti(await encodeNifti(volume, geometry, encoding));
      assert.deepEqual(read.volume, volume);
      assertCloseTo(read.geometry.affine.flat(), geometry.affine.flat());
    }
  });
}

test("encodeNifti keeps the type of the data, and several channels", async () => {
  for (const Data of [Uint8Array, Uint16Array, Float32Array]) {
    const data = new Data([1, 2, 3, 4, 5, 6]);
    const volume = { data, slices: 1, height: 1, width: 2, channels: 3 };
    const geometry = geometryOfSpacing([1, 1, 2], [5, 1, 1]);
    assert.deepEqual((await decodeNifti(await encodeNifti(volume, geometry))).volume, volume);
  }
});

test("encodeNifti refuses a voxel that the type cannot hold", async () => {
  const cases: [dataType: NumberType, value: number][] = [
    ["uint8", 256],
    ["uint8", -1],
    ["int8", 128],
    ["int16", 32768],
    ["uint64", -1],
    ["uint64", 2 ** 64],
    ["float32", NaN],
    ["float64", Infinity],
  ];
  for (const [dataType, value] of cases) {
    const [volume, geometry] = line(new Float32Array([0, value]));
    await assert.rejects(encodeNifti(volume, geometry, { dataType }), {
      name: "RangeError",
      message: new RegExp(`must fit ${dataType}: current value is ${value}`),
    });
  }
});

test("encodeNifti refuses voxels of another shape, and a geometry without space", async () => {
  const [volume, geometry] = line(new Uint8Array([1, 2]));
  const other = geometryOfSpacing([1, 2, 1], [5, 2, 1]);
  await assert.rejects(encodeNifti(volume, other), {
    name: "TypeError",
    message: /geometry's shape 1x2x1: current value is 1x1x2x1/,
  });
  await assert.rejects(encodeNifti({ ...volume, data: new Uint8Array(1) }, geometry), TypeError);
  const mask = { data: new Uint8Array(2), shape: [1, 2] };
  await assert.rejects(encodeNiftiMask(mask, geometry), /current value is 1x2/);
  const flat = geometryOfSpacing([1, 1, 2], [0, 2, 1]);
  await assert.rejects(encodeNifti(volume, flat), /must not lie in a plane/);
});
