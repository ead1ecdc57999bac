import assert from "node:assert/strict";
import test from "node:test";
import { decodeImage } from "../../shared/image/decode.ts";
import {
  applyScaling,
  applyScalingPlanar,
  sliceScaling,
  volumeScaling,
} from "../../shared/scaling.ts";
import { sliceOf } from "../../shared/volume.ts";
import { readForwardTensor, readGoldenVolumes, readSampleVolume } from "./golden.ts";
import { readRepositoryFile } from "./repository.ts";

for (const [patient, golden] of readGoldenVolumes()) {
  test(`applyScalingPlanar is within 1e-6 of the reference's input for ${patient}`, async () => {
    const volume = await readSampleVolume(patient);
    const path = `train/sample/${patient}/${golden.largest_tumor_slice}`;
    const slice = await decodeImage(readRepositoryFile(path));
    const scaled = applyScalingPlanar(slice, volumeScaling(volume));
    const expected = readForwardTensor(`${patient}.input`);
    assert.equal(scaled.length, expected.length);
    scaled.forEach((value, index) => assert.ok(Math.abs(value - expected[index]) <= 1e-6));
  });

  test(`applyScaling gives the reference's mean over the volume of ${patient}`, async () => {
    const volume = await readSampleVolume(patient);
    const scaling = volumeScaling(volume);
    // numpy added the values up in single precision, one after the other, and rounding shows in the third digit.
    const sums = new Float32Array(3);
    for (let index = 0; index < volume.slices; index++) {
      applyScaling(sliceOf(volume, index), scaling).forEach((value, i) => sums[i % 3] += value);
    }
    const pixels = volume.data.length / volume.channels;
    assert.deepEqual(Array.from(sums, (sum) => Math.fround(sum / pixels)), golden.mean_after);
  });

  test(`applyScaling gives the reference's voxel in the middle of ${patient}`, async () => {
    const volume = await readSampleVolume(patient);
    const index = Number(/_(\d+)\.tif$/.exec(golden.largest_tumor_slice)![1]) - 1;
    const scaled = applyScaling(sliceOf(volume, index), volumeScaling(volume));
    const voxel = scaled.subarray(3 * (128 * 256 + 128), 3 * (128 * 256 + 128) + 3);
    assert.deepEqual(Array.from(voxel), golden.voxel_128_128);
  });
}

test("applyScaling scales a value in the same way whatever the type of its pixels", () => {
  const data = Uint8Array.from({ length: 512 }, (_, i) => i);
  const scaling = [
    { offset: 31, divisor: 97, minimum: 0, maximum: 1 },
    { offset: 60.5, divisor: 13.7, minimum: -1.5, maximum: 1.5 },
  ];
  const scaled = [data, new Uint16Array(data), new Float32Array(data)].map((data) =>
    applyScaling({ data, height: 16, width: 16, channels: 2 }, scaling)
  );
  assert.deepEqual(scaled[1], scaled[0]);
  assert.deepEqual(scaled[2], scaled[0]);
  assert.equal(scaled[0][60], Math.fround(29 / 97));
});

test("volumeScaling counts every slice, sliceScaling its own only", () => {
  const data = new Uint8Array(202).fill(50, 101);
  for (let i = 0; i < 101; i++) data[i] = i;
  const volume = { data, slices: 2, height: 1, width: 101, channels: 1 };
  assert.deepEqual(sliceScaling(sliceOf(volume, 0)), [
    { offset: 10, divisor: 89, minimum: 0, maximum: 1 },
  ]);
  assert.deepEqual(sliceScaling(sliceOf(volume, 1)), [
    { offset: 50, divisor: 0, minimum: 0, maximum: 1 },
  ]);
  const [{ offset, divisor }] = volumeScaling(volume);
  // Sorted, the values are 0..50, then 101 times 50, then 51..100: ranks 10 and 99 lie at 20.1 and 198.99.
  assert.ok(Math.abs(offset - 20.1) < 1e-9);
  assert.ok(Math.abs(divisor - (97.99 - 20.1)) < 1e-9);
});

test("applyScaling and applyScalingPlanar agree but for the order of the axes", () => {
  const data = Uint16Array.from({ length: 60 }, (_, i) => i * i);
  const slice = { data, height: 4, width: 5, channels: 3 };
  const scaling = sliceScaling(slice);
  const interleaved = applyScaling(slice, scaling), planar = applyScalingPlanar(slice, scaling);
  for (let pixel = 0; pixel < 20; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      assert.equal(planar[channel * 20 + pixel], interleaved[pixel * 3 + channel]);
    }
  }
});

test("a scaled volume is the same whatever its files held: 8 or 16 bits, or floats with an offset", () => {
  const bytes = Uint8Array.from({ length: 600 }, (_, i) => (i * 37) % 256);
  const kinds = [
    bytes,
    Uint16Array.from(bytes, (value) => value * 200),
    Float32Array.from(bytes, (value) => value * 0.25 - 20),
  ];
  const [first, ...others] = kinds.map((data) => {
    const volume = { data, slices: 1, height: 10, width: 20, channels: 3 };
    return applyScaling(volume, volumeScaling(volume));
  });
  assert.ok(new Set(first).size > 50);
  for (const other of others) {
    other.forEach((value, i) => assert.ok(Math.abs(value - first[i]) < 1e-6));
  }
});

test("applyScaling clips to the scaling's range", () => {
  const slice = { data: new Float32Array([-9, 1, 9]), height: 1, width: 3, channels: 1 };
  const scaling = [{ offset: 0, divisor: 2, minimum: -1.5, maximum: 1.5 }];
  assert.deepEqual(applyScaling(slice, scaling), new Float32Array([-1.5, 0.5, 1.5]));
});

test("applyScaling of a constant channel, or of none of its pixels, is 0 without dividing by 0", () => {
  const flat = { data: new Uint8Array([7, 1, 7, 9]), height: 1, width: 2, channels: 2 };
  const scaled = applyScaling(flat, sliceScaling(flat));
  assert.deepEqual([scaled[0], scaled[2]], [0, 0]);
  const none = { data: new Uint8Array(0), height: 0, width: 0, channels: 1 };
  assert.deepEqual(applyScaling(none, sliceScaling(none)), new Float32Array(0));
  assert.equal(sliceScaling(none)[0].divisor, 0);
});

test("volumeScaling refuses ranks that are not in order", () => {
  const volume = { data: new Uint8Array(1), slices: 1, height: 1, width: 1, channels: 1 };
  for (const [low, high] of [[99, 10], [10, 10], [-1, 99], [10, 101], [NaN, 99]]) {
    assert.throws(() => volumeScaling(volume, { method: "percentile", low, high }), RangeError);
  }
});

test("volumeScaling refuses a method it does not know", () => {
  const volume = { data: new Uint8Array(1), slices: 1, height: 1, width: 1, channels: 1 };
  const preprocessing = { method: "z-score", low: 10, high: 99 } as never;
  assert.throws(() => volumeScaling(volume, preprocessing), /"percentile".*"z-score"/);
});

test("applyScaling refuses another number of scalings than channels, and data of another size", () => {
  const slice = { data: new Uint8Array(6), height: 1, width: 2, channels: 3 };
  assert.throws(() => applyScaling(slice, []), {
    name: "TypeError",
    message:
      "Cannot scale a slice as there must be one scaling for each of its 3 channels: current value is 0",
  });
  assert.throws(() => sliceScaling({ ...slice, width: 3 }), TypeError);
});
