/** Two models on the same patients: which patients count, and what is said of them. */
import assert from "node:assert/strict";
import { compareValidations } from "../../../train/validate/comparison.ts";
import type { PatientFigures } from "../../../train/validate/patient_figures.ts";
import { readComparisons } from "../../shared/golden.ts";
import { patientWith } from "./example_patients.ts";

const ids = ["a", "b", "c", "d", "e", "f"];

/** Tumors of ten voxels, of which so many are found. */
function found(...voxels: number[]): PatientFigures[] {
  return voxels.map((count, index) => patientWith(ids[index], 10, count));
}

function metricOf(a: PatientFigures[], b: PatientFigures[], name: string) {
  return compareValidations(a, b).metrics.find(({ metric }) => metric === name)!;
}

Deno.test("compareValidations says p as scipy does, whatever the metric's values", () => {
  for (const { differences, exactP, normalP, interval } of readComparisons()) {
    const patients = differences.map((_, index) => patientWith(`patient ${index}`, 5));
    const withDice = (volumeDice: (index: number) => number) =>
      patients.map((figures, index) => ({ ...figures, volumeDice: volumeDice(index) }));
    const dice = metricOf(withDice(() => 0), withDice((index) => differences[index]), "dice");
    assert.ok(Math.abs(dice.wilcoxonP - (exactP ?? normalP)) < 1e-6);
    assert.equal(dice.exact, exactP !== null);
    assert.equal(dice.betterB, differences.filter((difference) => difference > 0).length);
    // The interval holds 0 where the bootstrap sees no difference.
    if (interval) assert.equal(dice.bootstrapP! < 0.05, interval[0] > 0 || interval[1] < 0);
  }
});

Deno.test("compareValidations takes patients by name and tells who is in one validation alone", () => {
  const a = found(9, 8, 7, 6), b = found(10, 10, 10).reverse();
  b.push(patientWith("x", 10));
  const { patients, onlyA, onlyB, metrics } = compareValidations(a, b);
  assert.deepEqual([patients, onlyA, onlyB], [["a", "b", "c"], ["d"], ["x"]]);
  const [dice] = metrics;
  assert.equal(dice.patients, 3);
  assert.equal(dice.meanB, 1);
  assert.equal(dice.wilcoxonP, 0.25, "three patients can tell no more");
  assert.deepEqual([dice.betterA, dice.same, dice.betterB], [0, 0, 3]);
});

Deno.test("compareValidations: lower is better for distances", () => {
  const distance = metricOf(found(5, 6, 7), found(10, 10, 7), "hd95");
  assert.ok(distance.meanDifference! < 0);
  assert.deepEqual([distance.betterA, distance.same, distance.betterB], [0, 1, 2]);
});

Deno.test("compareValidations names the patients whose distance is infinite in one", () => {
  const distance = metricOf(found(5, 0, 7), found(10, 10, 7), "hd95");
  assert.deepEqual([distance.patients, distance.leftOut], [2, ["b"]]);
  assert.equal(metricOf(found(5, 0, 7), found(10, 10, 7), "dice").patients, 3);
});

Deno.test("compareValidations finds no difference between a model and itself", () => {
  const { metrics } = compareValidations(found(9, 4, 7), found(9, 4, 7));
  for (const { wilcoxonP, bootstrapP, meanDifference } of metrics) {
    assert.deepEqual([wilcoxonP, bootstrapP, meanDifference], [1, 1, 0]);
  }
});

Deno.test("compareValidations refuses other patients, another spacing and another reference", () => {
  const [patient] = found(9);
  const cases: [PatientFigures, RegExp][] = [
    [patientWith("x", 10), /must be patients in both/],
    [{ ...patient, spacing: [5, 1, 1] }, /Cannot compare a as its spacing .* none and 5, 1, 1 mm/],
    [{ ...patient, tolerance: 2 }, /Cannot compare a as NSD .* same tolerance .* 1 and 2$/],
    [patientWith("a", 11), /Cannot compare a as its reference .* 10 and 11 tumor voxels/],
  ];
  for (const [other, message] of cases) {
    assert.throws(() => compareValidations([patient], [other]), message);
  }
});
