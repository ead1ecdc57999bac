/** Scaling by the head's own voxels. */
import assert from "node:assert/strict";
import test from "node:test";
import {
  applyScaling,
  foregroundPreprocessing,
  sliceScaling,
  volumeScaling,
} from "../../shared/scaling.ts";

/** A head of values 100 to 200 in as much air as asked for. */
function headInAir(air: number) {
  const head = Array.from({ length: 101 }, (_, index) => 100 + index);
  const data = Uint8Array.from([...new Array(air).fill(3), ...head]);
  return { data, slices: 1, height: 1, width: data.length, channels: 1 };
}

test("volumeScaling by the foreground is median and spread of the head", () => {
  const expected = [{ offset: 150, divisor: 80, minimum: -1.5, maximum: 1.5 }];
  assert.deepEqual(volumeScaling(headInAir(400), foregroundPreprocessing), expected);
});

test("volumeScaling by the foreground does not depend on how much air there is", () => {
  const little = volumeScaling(headInAir(10), foregroundPreprocessing);
  assert.deepEqual(volumeScaling(headInAir(5000), foregroundPreprocessing), little);
  assert.notDeepEqual(volumeScaling(headInAir(5000)), volumeScaling(headInAir(10)));
});

test("volumeScaling by the foreground is the same for 8 bit, 16 bit and floats", () => {
  const volume = headInAir(50);
  const scaling = volumeScaling(volume, foregroundPreprocessing);
  for (const data of [Uint16Array.from(volume.data), Float32Array.from(volume.data)]) {
    assert.deepEqual(volumeScaling({ ...volume, data }, foregroundPreprocessing), scaling);
  }
});

test("sliceScaling by the foreground makes a black slice 0 everywhere", () => {
  const black = { data: new Uint8Array(12), height: 2, width: 2, channels: 3 };
  const scaled = applyScaling(black, sliceScaling(black, foregroundPreprocessing));
  assert.deepEqual(scaled, new Float32Array(12));
});

test("sliceScaling refuses a head's share or a limit that makes no sense", () => {
  const slice = { data: new Uint8Array(1), height: 1, width: 1, channels: 1 };
  for (const wrong of [{ head: 1 }, { head: -0.1 }, { limit: 0 }, { low: 95 }]) {
    const preprocessing = {
      ...foregroundPreprocessing,
      ...wrong,
    } as typeof foregroundPreprocessing;
    assert.throws(() => sliceScaling(slice, preprocessing), RangeError);
  }
});
