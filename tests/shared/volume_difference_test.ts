import assert from "node:assert/strict";
import test from "node:test";
import { confusionCounts } from "../../shared/confusion.ts";
import { volumeDifferenceFromCounts } from "../../shared/volume_difference.ts";
import { readSurfaceCases } from "./golden.ts";

test("volumeDifferenceFromCounts measures a real tumor in ml", () => {
  const patient = readSurfaceCases().find(({ name }) => name === "TCGA_CS_4943_20000902")!;
  const counts = confusionCounts(patient.prediction, patient.reference);
  const found = volumeDifferenceFromCounts(counts, [5, 1, 0.5]);
  // The voxels that volumes.json counts for this patient, of 2.5 cubic millimetres each.
  assert.equal(found.referenceMl.toFixed(6), (14535 * 0.0025).toFixed(6));
  assert.equal(found.predictionMl.toFixed(6), (15296 * 0.0025).toFixed(6));
  assert.equal(found.differenceMl.toFixed(6), (761 * 0.0025).toFixed(6));
  assert.equal(found.relativeDifference, 761 / 14535);
});

test("volumeDifferenceFromCounts is under 0 where too little was outlined", () => {
  const counts = { truePositives: 1, falsePositives: 0, falseNegatives: 3, trueNegatives: 0 };
  const found = volumeDifferenceFromCounts(counts, [10, 10, 10]);
  assert.deepEqual(found, {
    predictionMl: 1,
    referenceMl: 4,
    differenceMl: -3,
    relativeDifference: -0.75,
  });
});

test("volumeDifferenceFromCounts has no relative difference without a reference", () => {
  const none = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 5 };
  assert.equal(volumeDifferenceFromCounts(none, [1, 1, 1]).relativeDifference, NaN);
  const some = { ...none, falsePositives: 1 };
  assert.equal(volumeDifferenceFromCounts(some, [1, 1, 1]).relativeDifference, Infinity);
});

test("volumeDifferenceFromCounts refuses a spacing without the third dimension", () => {
  const counts = { truePositives: 1, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 };
  assert.throws(() => volumeDifferenceFromCounts(counts, [1, 1]), {
    name: "TypeError",
    message:
      "Cannot measure volumes as the spacing must have one number for each of 3 axes: current value is [1, 1]",
  });
});
