/** Figures by patient and their summary, above all where a figure is not defined. */
import assert from "node:assert/strict";
import { evaluatePatient, summarize } from "../../../train/evaluation/evaluation.ts";
import { evaluationTable } from "../../../train/evaluation/evaluation_table.ts";

const mask = (...values: number[]) => ({
  data: new Uint8Array(values),
  shape: [1, 1, values.length],
});

Deno.test("evaluatePatient counts over the whole volume", () => {
  assert.deepEqual(evaluatePatient("a", mask(1, 1, 1, 0, 0), mask(1, 1, 0, 1, 0)), {
    id: "a",
    slices: 1,
    volumeDice: 2 / 3,
    iou: 0.5,
    sensitivity: 2 / 3,
    precision: 2 / 3,
    tumorPixels: 3,
    predictedPixels: 3,
  });
});

Deno.test("evaluatePatient has no Dice where there is no tumor at all, and 0 where one is missed", () => {
  const none = evaluatePatient("a", mask(0, 0), mask(0, 0));
  assert.deepEqual([none.volumeDice, none.iou, none.sensitivity], [null, null, null]);
  const missed = evaluatePatient("a", mask(0, 0), mask(0, 1));
  assert.deepEqual([missed.volumeDice, missed.sensitivity, missed.precision], [0, 0, null]);
});

Deno.test("evaluatePatient refuses masks of different shapes", () => {
  assert.throws(() => evaluatePatient("a", mask(0), mask(0, 1)), TypeError);
});

Deno.test("summarize leaves out patients whose Dice is not defined", () => {
  const patients = [
    evaluatePatient("a", mask(1, 0), mask(1, 0)),
    evaluatePatient("b", mask(0, 0), mask(0, 0)),
    evaluatePatient("c", mask(1, 0), mask(0, 1)),
  ];
  const { count, meanVolumeDice, medianVolumeDice } = summarize(patients);
  assert.deepEqual([count, meanVolumeDice, medianVolumeDice], [2, 0.5, 0.5]);
  const nobody = summarize([]);
  assert.deepEqual([nobody.count, nobody.meanVolumeDice, nobody.medianVolumeDice], [0, null, null]);
});

Deno.test("evaluationTable aligns its columns and dashes what is not defined", () => {
  const table = evaluationTable(summarize([
    evaluatePatient("a long name", mask(0, 0), mask(0, 0)),
    evaluatePatient("b", mask(1, 0), mask(1, 0)),
  ]));
  assert.deepEqual(table.split("\n"), [
    "patient       Dice    IoU  sensitivity  precision  tumor pixels  predicted  slices",
    "a long name      -      -            -          -             0          0       1",
    "b            1.000  1.000        1.000      1.000             1          1       1",
    "mean         1.000",
    "median       1.000",
  ]);
});
