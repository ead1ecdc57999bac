import assert from "node:assert/strict";
import { affineMapping, type Movement } from "../../../train/data/movement.ts";
import { createPlane, fillPlane, type Plane } from "../../../train/data/plane.ts";
import { between, randomAt } from "../../../train/data/random_at.ts";
import { createResampler } from "../../../train/data/resample.ts";
import { still } from "./still.ts";

const asTheyAre = Float32Array.from({ length: 256 }, (_, value) => value);

function planeOf(pixels: Uint8Array, height: number, width: number, rim: number, outside = 0) {
  const plane = createPlane(height, width, rim);
  fillPlane(plane, pixels, { height, width }, 0, 1, asTheyAre, outside);
  return plane;
}

function resampled(plane: Plane, movement: Movement, height: number, width: number): Float32Array {
  const data = new Float32Array(height * width).fill(NaN);
  const window = { top: 0, left: 0, height: plane.height, width: plane.width };
  const mapping = affineMapping(movement, window, { height, width });
  createResampler({ height, width })([plane], mapping, [{ data, start: 0, step: 1 }], plane.rim);
  return data;
}

function randomPixels(count: number): Uint8Array {
  const random = randomAt(count);
  return Uint8Array.from({ length: count }, () => random.integer(256));
}

Deno.test("createResampler returns an image that does not move as it is", () => {
  const pixels = randomPixels(17 * 23);
  const same = resampled(planeOf(pixels, 17, 23, 1, 99), still, 17, 23);
  assert.deepEqual(same, Float32Array.from(pixels));
});

Deno.test("createResampler mirrors and turns by a right angle without touching a value", () => {
  const pixels = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const plane = planeOf(pixels, 3, 3, 1);
  assert.deepEqual([...resampled(plane, { ...still, flip: true }, 3, 3)], [
    ...[3, 2, 1],
    ...[6, 5, 4],
    ...[9, 8, 7],
  ]);
  const turned = resampled(plane, { ...still, angle: Math.PI / 2 }, 3, 3);
  assert.deepEqual([...turned].map(Math.round), [7, 4, 1, 8, 5, 2, 9, 6, 3]);
});

Deno.test("createResampler interpolates linearly: a ramp stays a ramp whatever the movement", () => {
  const side = 64, pixels = new Uint8Array(side * side);
  for (let i = 0; i < pixels.length; i++) pixels[i] = i % side + 2 * Math.floor(i / side);
  const random = randomAt(3);
  for (const [rim, output] of [[1, 64], [2, 32], [3, 21], [1, 100]]) {
    const plane = planeOf(pixels, side, side, rim);
    for (let draw = 0; draw < 20; draw++) {
      const movement = {
        ...still,
        angle: between(random, -3, 3),
        zoom: between(random, 0.9, 1.3),
        shiftX: between(random, -0.1, 0.1),
      };
      const window = { top: 0, left: 0, height: side, width: side };
      const map = affineMapping(movement, window, { height: output, width: output });
      const values = resampled(plane, movement, output, output);
      for (let i = 0; i < values.length; i++) {
        const column = i % output, row = Math.floor(i / output);
        const x = map.xx * column + map.xy * row + map.x0;
        const y = map.yx * column + map.yy * row + map.y0;
        const inside = [x, y].every((at) => at > rim / 2 - 0.5 && at < side - rim / 2 - 0.5);
        if (inside) assert.ok(Math.abs(values[i] - (x + 2 * y)) < 1e-4, `${values[i]}`);
      }
    }
  }
});

Deno.test("createResampler has the value of what lies outside beyond the edges", () => {
  const plane = planeOf(new Uint8Array(64).fill(200), 8, 8, 1, 10);
  const shifted = resampled(plane, { ...still, shiftX: 0.5 }, 8, 8);
  assert.deepEqual([...shifted.subarray(0, 8)], [10, 10, 10, 10, 200, 200, 200, 200]);
  const far = resampled(plane, { ...still, shiftX: 3, shiftY: -7 }, 8, 8);
  assert.deepEqual([...far], new Array(64).fill(10));
  const between = resampled(plane, { ...still, shiftX: 0.5 / 8 }, 8, 8);
  assert.equal(between[0], 105);
});

Deno.test("createResampler at a half and a third of the resolution has the mean of each block", () => {
  for (const ratio of [2, 3, 4]) {
    const side = 12 * ratio, pixels = randomPixels(side * side);
    const small = resampled(planeOf(pixels, side, side, ratio), still, 12, 12);
    for (let i = 0; i < small.length; i++) {
      let sum = 0;
      for (let k = 0; k < ratio * ratio; k++) {
        const row = Math.floor(i / 12) * ratio + Math.floor(k / ratio);
        sum += pixels[row * side + (i % 12) * ratio + k % ratio];
      }
      assert.ok(Math.abs(small[i] - sum / ratio ** 2) < 1e-4);
    }
  }
});

Deno.test("createResampler at half the resolution loses no pixel of a turned image", () => {
  // A single bright pixel counts a quarter in total, wherever it falls.
  const random = randomAt(8);
  for (let draw = 0; draw < 200; draw++) {
    const pixels = new Uint8Array(64 * 64);
    pixels[(20 + random.integer(24)) * 64 + 20 + random.integer(24)] = 100;
    const angle = between(random, -0.35, 0.35);
    const small = resampled(planeOf(pixels, 64, 64, 2), { ...still, angle }, 32, 32);
    const total = small.reduce((sum, value) => sum + value, 0);
    assert.ok(total > 15 && total < 35, `${total} of 25`);
  }
});

Deno.test("createResampler samples planes side by side into one image", () => {
  const [a, b] = [randomPixels(30), randomPixels(31).subarray(1)];
  const planes = [planeOf(a, 5, 6, 1), planeOf(b, 5, 6, 1)];
  const data = new Float32Array(60);
  const window = { top: 0, left: 0, height: 5, width: 6 };
  const mapping = affineMapping(still, window, window);
  createResampler(window)(planes, mapping, [0, 1].map((start) => ({ data, start, step: 2 })), 1);
  assert.deepEqual(data.filter((_, i) => i % 2 === 0), Float32Array.from(a));
  assert.deepEqual(data.filter((_, i) => i % 2 === 1), Float32Array.from(b));
});
