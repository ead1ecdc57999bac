import assert from "node:assert/strict";
import test from "node:test";
import { assertFillsShape, assertSameShape, formatShape } from "../../shared/shape.ts";

const array = (length: number, ...shape: number[]) => ({ data: new Uint8Array(length), shape });

test("assertFillsShape takes an array of the shape's size, without axes included", () => {
  assertFillsShape("test", "mask", array(6, 2, 3));
  assertFillsShape("test", "mask", array(0, 0, 3));
  assertFillsShape("test", "mask", array(1));
});

test("assertFillsShape refuses another length, and axes that are no lengths", () => {
  assert.throws(() => assertFillsShape("count", "mask", array(5, 2, 3)), {
    name: "TypeError",
    message: "Cannot count as the mask of shape 2x3 must hold 6 values: current value is 5",
  });
  for (const shape of [[-2, -3], [1.5, 4], [NaN], [Infinity]]) {
    assert.throws(() => assertFillsShape("count", "mask", array(6, ...shape)), TypeError);
  }
});

test("assertSameShape refuses shapes of the same size, and of the same start", () => {
  assertSameShape("compare", array(6, 2, 3), array(6, 2, 3));
  assert.throws(() => assertSameShape("compare", array(6, 2, 3), array(6, 3, 2)), TypeError);
  assert.throws(() => assertSameShape("compare", array(6, 6), array(6, 6, 1)), TypeError);
});

test("formatShape writes a shape as people do", () => {
  assert.equal(formatShape([20, 256, 256]), "20x256x256");
});
