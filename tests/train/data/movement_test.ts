import assert from "node:assert/strict";
import { affineMapping, drawMovement, type Movement } from "../../../train/data/movement.ts";
import { noAugmentation } from "../../../train/data/augmentation.ts";
import { randomAt } from "../../../train/data/random_at.ts";
import { assertReaches } from "./assert_reaches.ts";
import { still } from "./still.ts";

const window = { top: 0, left: 0, height: 100, width: 100 };

/** Where in the source output pixel (x, y) comes from, rounded off the last bits. */
function source(movement: Movement, x: number, y: number, output = window, seen = window) {
  const { xx, xy, x0, yx, yy, y0 } = affineMapping(movement, seen, output);
  const tidy = (value: number) => Math.round(value * 1e9) / 1e9 + 0;
  return [tidy(xx * x + xy * y + x0), tidy(yx * x + yy * y + y0)];
}

Deno.test("affineMapping of nothing maps every pixel onto itself, exactly", () => {
  for (const size of [1, 7, 128, 256, 333]) {
    const whole = { top: 0, left: 0, height: size, width: size };
    const { xx, xy, x0, yx, yy, y0 } = affineMapping(still, whole, whole);
    assert.deepEqual([xx, xy, x0, -yx, yy, y0], [1, 0, 0, 0, 1, 0]);
  }
});

Deno.test("affineMapping turns clockwise about the center", () => {
  const turned = { ...still, angle: Math.PI / 2 };
  // What was left of the center is above it, what was above is at the right.
  assert.deepEqual(source(turned, 49.5, 9.5), [9.5, 49.5]);
  assert.deepEqual(source(turned, 89.5, 49.5), [49.5, 9.5]);
});

Deno.test("affineMapping enlarges about the center, then shifts by a fraction of the size", () => {
  assert.deepEqual(source({ ...still, zoom: 2 }, 69.5, 9.5), [59.5, 29.5]);
  const moved = { ...still, zoom: 2, shiftX: 0.1, shiftY: -0.2 };
  assert.deepEqual(source(moved, 59.5, 29.5), [49.5, 49.5]);
  assert.deepEqual(source(moved, 61.5, 29.5), [50.5, 49.5]);
});

Deno.test("affineMapping mirrors", () => {
  assert.deepEqual(source({ ...still, flip: true }, 3, 8), [96, 8]);
  assert.deepEqual(source({ ...still, verticalFlip: true }, 3, 8), [3, 91]);
});

Deno.test("affineMapping looks at a window, at any resolution", () => {
  const seen = { top: 20, left: 30, height: 40, width: 60 };
  assert.deepEqual(source(still, 0, 0, { ...seen, height: 40, width: 60 }, seen), [30, 20]);
  // Half the resolution: the first pixel is the middle of the first four.
  assert.deepEqual(source(still, 0, 0, { ...seen, height: 20, width: 30 }, seen), [30.5, 20.5]);
  assert.deepEqual(source(still, 29, 19, { ...seen, height: 20, width: 30 }, seen), [88.5, 58.5]);
});

Deno.test("affineMapping keeps angles and lengths of a turned head at unlike resolutions", () => {
  const output = { top: 0, left: 0, height: 50, width: 100 };
  const at = (x: number, y: number) => source({ ...still, angle: 0.5 }, x, y, output);
  const [origin, right, down] = [at(0, 0), at(10, 0), at(0, 5)];
  const a = [right[0] - origin[0], right[1] - origin[1]];
  const b = [down[0] - origin[0], down[1] - origin[1]];
  assert.ok(Math.abs(Math.hypot(...a) - 10) < 1e-6 && Math.abs(Math.hypot(...b) - 10) < 1e-6);
  assert.ok(Math.abs(a[0] * b[0] + a[1] * b[1]) < 1e-6);
});

Deno.test("drawMovement stays within its limits and reaches for them", () => {
  const limits = { rotation: 20, zoom: 0.15, shift: 0.1, flip: 0.5, verticalFlip: 0.25 };
  const random = randomAt(1);
  const moves = Array.from({ length: 1000 }, () => drawMovement(limits, random));
  assertReaches(moves.map(({ angle }) => angle * 180 / Math.PI), -20, 20);
  assertReaches(moves.map(({ zoom }) => zoom), 1 / 1.15, 1.15);
  assertReaches(moves.map(({ shiftX }) => shiftX), -0.1, 0.1);
  assertReaches(moves.map(({ shiftY }) => shiftY), -0.1, 0.1);
  const flipped = moves.filter(({ flip }) => flip).length / 1000;
  const upside = moves.filter(({ verticalFlip }) => verticalFlip).length / 1000;
  assert.ok(Math.abs(flipped - 0.5) < 0.07 && Math.abs(upside - 0.25) < 0.06);
});

Deno.test("drawMovement of no augmentation does not move", () => {
  const movement = drawMovement(noAugmentation, randomAt(1));
  const { xx, xy, x0 } = affineMapping(movement, window, window);
  assert.deepEqual([xx, xy, x0], [1, 0, 0]);
});
