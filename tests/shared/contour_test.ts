import assert from "node:assert/strict";
import test from "node:test";
import { contour } from "../../shared/contour.ts";
import type { Mask } from "../../shared/volume.ts";

const mask = (rows: string[], ...slices: number[]): Mask => ({
  data: Uint8Array.from(rows.join(""), Number),
  shape: [...slices, rows.length / (slices[0] ?? 1), rows[0].length],
});

test("contour keeps the edge of a mask and drops its inside", () => {
  const square = mask(["00000", "01110", "01110", "01110", "00000"]);
  assert.deepEqual(contour(square), mask(["00000", "01110", "01010", "01110", "00000"]));
});

test("contour closes along the image's border", () => {
  const corner = mask(["1110", "1110", "1110", "0000"]);
  assert.deepEqual(contour(corner), mask(["1110", "1010", "1110", "0000"]));
});

test("contour runs around a hole", () => {
  const ring = mask(["11111", "11111", "11011", "11111", "11111"]);
  assert.deepEqual(contour(ring), mask(["11111", "10101", "11011", "10101", "11111"]));
});

test("contour outlines each slice of a volume by itself", () => {
  const volume = mask(["111", "111", "111", "000", "010", "000"], 2);
  assert.deepEqual(contour(volume), mask(["111", "101", "111", "000", "010", "000"], 2));
});

test("contour of an empty mask is empty, of a single pixel the pixel", () => {
  assert.deepEqual(contour(mask(["000", "000"])), mask(["000", "000"]));
  assert.deepEqual(contour(mask(["000", "010"])), mask(["000", "010"]));
});
