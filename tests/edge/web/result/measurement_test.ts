/** What the page makes of a scan's probabilities: the masks that training's evaluation would make of them. */
import assert from "node:assert/strict";
import { type Measurement, startMeasurement } from "../../../../edge/web/result/measurement.ts";
import { totalArea, totalCounts } from "../../../../edge/web/result/measure_scan.ts";
import type { Mask } from "../../../../shared/volume.ts";

const shape = [2, 2, 5] as const;

/**
 * Two slices: one with a tumor of four pixels; one with a pixel below it, which is small in its own slice but part of
 * the tumor, and a stray one to its right, at 0.75. The pixels between the two are at 0.375.
 */
const probabilities = [
  [1, 1, 0, 0, 0, 1, 1, 0, 0, 0],
  [1, 0.375, 0.375, 0.75, 0, 0, 0, 0, 0, 0],
];
const tumor = [1, 1, 0, 0, 0, 1, 1, 0, 0, 0];

/** A measurement to which no slice has come. */
function begin(smallestComponent: number, reference?: Mask): Measurement {
  return startMeasurement({ shape, card: { smallestComponent }, threshold: 0.5, reference });
}

/** Adds a slice as the page's own engine gives it. */
function add(measurement: Measurement, index: number): void {
  const probability = Float32Array.from(probabilities[index]);
  const mask = Uint8Array.from(probability, (value) => Number(value >= 0.5));
  measurement.add(index, { mask, probability, milliseconds: 1 });
}

/** The same with both slices. */
function segmented(smallestComponent: number, reference?: Mask): Measurement {
  const measurement = begin(smallestComponent, reference);
  probabilities.forEach((_, index) => add(measurement, index));
  return measurement;
}

const cleaned = new Uint8Array([...tumor, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
const all = new Uint8Array([...tumor, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);

Deno.test("a whole scan is without the pieces that its model's card calls small, a slice's part of a large one stays", () => {
  const measure = segmented(0.5).measure();
  assert.deepEqual(measure.masks, cleaned);
  assert.deepEqual(measure.slices.map((slice) => slice!.areaPixels), [4, 1]);
  assert.deepEqual(segmented(0).measure().masks, all);
});

Deno.test("a slice shows all of its pieces until the whole scan is there, and tells which are small", () => {
  const measurement = begin(0.5);
  add(measurement, 1);
  const early = measurement.measure();
  assert.deepEqual(early.slices.map((slice) => slice?.areaPixels), [undefined, 2]);
  assert.equal(early.masks, undefined);
  add(measurement, 0);
  assert.deepEqual(measurement.measure().slices.map((slice) => slice!.areaPixels), [4, 1]);
});

Deno.test("a piece that a lower threshold joins to the tumor comes back with it, and leaves again", () => {
  const measurement = segmented(0.5);
  for (const [threshold, area] of [[0.5, 5], [0.25, 8], [0.5, 5], [0.8, 5]]) {
    measurement.setThreshold(threshold);
    assert.equal(totalArea(measurement.measure()), area, `${threshold}`);
  }
});

Deno.test("agreement with a reference is that of the cleaned masks", () => {
  const reference = { data: cleaned, shape };
  assert.deepEqual(totalCounts(segmented(0.5, reference).measure()), {
    truePositives: 5,
    falsePositives: 0,
    falseNegatives: 0,
    trueNegatives: 15,
  });
  const later = segmented(0.5);
  later.measure();
  later.setReference({ data: all, shape });
  assert.equal(totalCounts(later.measure())!.falseNegatives, 1);
});

Deno.test("masks of the edge, which come without probabilities, are cleaned already and stay as they are", () => {
  const measurement = begin(0.5);
  for (const index of [0, 1]) {
    const mask = all.slice(10 * index, 10 * index + 10);
    measurement.add(index, { mask, milliseconds: 1 });
  }
  assert.deepEqual(measurement.measure().masks, all);
});
