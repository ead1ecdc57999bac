/** A patient's figures: those of MONAI on real masks, and what is left where a mask is empty. */
import assert from "node:assert/strict";
import { measurePatient } from "../../../train/validate/patient_figures.ts";
import { readSurfaceCases } from "../../shared/golden.ts";

const mask = (...values: number[]) => ({
  data: new Uint8Array(values),
  shape: [1, 1, values.length],
});

function measure(prediction: number[], reference: number[], spacing: number[] | null = null) {
  const masks = { prediction: mask(...prediction), reference: mask(...reference) };
  return measurePatient({ id: "TCGA_CS_1", ...masks, spacing });
}

Deno.test("measurePatient measures distances of real patients as MONAI does, by their spacing", () => {
  let compared = 0;
  for (const { name, prediction, reference, measured } of readSurfaceCases()) {
    if (!name.startsWith("TCGA")) continue;
    for (const golden of measured) {
      const patient = { id: name, prediction, reference, spacing: golden.spacing };
      const figures = measurePatient(patient, { tolerance: 2 });
      assert.ok(Math.abs(figures.hd95! - golden.hausdorff95) < 1e-4);
      assert.ok(Math.abs(figures.hausdorff! - golden.hausdorff) < 1e-4);
      assert.ok(Math.abs(figures.assd! - golden.average_surface_distance_symmetric) < 1e-4);
      assert.ok(Math.abs(figures.nsd! - golden.surface_dice_tolerance2) < 1e-6);
      assert.equal(figures.institution, name.slice(5, 7));
      compared++;
    }
  }
  assert.ok(compared >= 4);
});

Deno.test("measurePatient has volumes in ml with a spacing alone", () => {
  const { referenceMl, differenceMl, relativeDifference } = measure([1, 1, 1], [1, 1, 0], [
    10,
    10,
    10,
  ]);
  assert.deepEqual([referenceMl, differenceMl, relativeDifference], [2, 1, 0.5]);
  const without = measure([1, 1, 1], [1, 1, 0]);
  assert.deepEqual([without.referenceMl, without.differenceMl, without.spacing], [
    null,
    null,
    null,
  ]);
  assert.equal(without.relativeDifference, 0.5);
});

Deno.test("measurePatient: a missed tumor is infinitely far, no tumor at all is not defined", () => {
  const missed = measure([0, 0], [0, 1]);
  assert.deepEqual([missed.volumeDice, missed.hd95, missed.assd, missed.nsd], [
    0,
    Infinity,
    Infinity,
    0,
  ]);
  const none = measure([0, 0], [0, 0]);
  assert.deepEqual([none.volumeDice, none.hd95, none.nsd, none.relativeDifference], [
    null,
    null,
    null,
    null,
  ]);
  assert.equal(none.specificity, 1);
  assert.equal(measure([1, 0], [0, 0]).relativeDifference, Infinity);
});

Deno.test("measurePatient measures a lone slice as a picture, not as a solid that is surface all over", () => {
  const full = { data: new Uint8Array(25).fill(1), shape: [1, 5, 5] };
  const hollow = { data: full.data.with(12, 0), shape: [1, 5, 5] };
  const { hausdorff } = measurePatient({
    id: "a",
    prediction: hollow,
    reference: full,
    spacing: null,
  });
  // The hole's border is one pixel inside the outer one.
  assert.equal(hausdorff, 1);
});

Deno.test("measurePatient measures calibration where probabilities are given", () => {
  const reference = mask(1, 1, 0, 0), prediction = mask(1, 1, 0, 0);
  const probability = { data: new Float32Array([0.75, 1, 0.25, 0]), shape: [1, 1, 4] };
  const patient = { id: "a", prediction, reference, spacing: null };
  assert.equal(measurePatient({ ...patient, probability }).ece, 0.125);
  assert.equal(measurePatient(patient).ece, null);
});

Deno.test("measurePatient refuses masks of different shapes, naming the patient", () => {
  const patient = { id: "patient 7", prediction: mask(0), reference: mask(0, 1), spacing: null };
  assert.throws(() => measurePatient(patient), /Cannot measure patient 7 as .* shape 1x1x1/);
});
