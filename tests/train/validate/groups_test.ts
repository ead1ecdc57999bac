/** Groups of patients, and what figures come to over them. */
import assert from "node:assert/strict";
import { bootstrapInterval } from "../../../train/evaluation/bootstrap.ts";
import { summarizeFigure } from "../../../train/validate/figure_summary.ts";
import { byInstitution, byTumorSize } from "../../../train/validate/groups.ts";
import { patientWith } from "./example_patients.ts";

Deno.test("summarizeFigure agrees with numpy on what it sums up", () => {
  // numpy.mean, numpy.std(ddof=1), numpy.percentile(..., [0, 25, 50, 75, 100])
  const values = [0.91, 0.85, null, 0.4, 0.77, 0.99, 0.63];
  const { interval, ...summary } = summarizeFigure(values);
  const rounded = Object.fromEntries(
    Object.entries(summary).map(([k, v]) => [k, Number(v?.toFixed(6))]),
  );
  assert.deepEqual(rounded, {
    count: 6,
    infinite: 0,
    mean: 0.758333,
    finiteMean: 0.758333,
    standardDeviation: 0.214515,
    minimum: 0.4,
    quartile1: 0.665,
    median: 0.81,
    quartile3: 0.895,
    maximum: 0.99,
  });
  assert.deepEqual(interval, bootstrapInterval(values.filter((value) => value !== null)));
});

Deno.test("summarizeFigure keeps infinite figures out of the mean beside the mean that they make infinite", () => {
  const { count, infinite, mean, finiteMean, median, maximum, interval } = summarizeFigure(
    [1, Infinity, 3, null, 2],
  );
  assert.deepEqual([count, infinite, mean, finiteMean], [4, 1, Infinity, 2]);
  assert.deepEqual([median, maximum], [2.5, Infinity]);
  assert.deepEqual(interval, bootstrapInterval([1, 3, 2]));
});

Deno.test("summarizeFigure has nothing to say of nobody", () => {
  const { count, ...figures } = summarizeFigure([null]);
  assert.equal(count, 0);
  assert.deepEqual(new Set(Object.values(figures)), new Set([0, null]));
});

Deno.test("byInstitution puts each patient into the group its name says", () => {
  const patients = ["TCGA_HT_1", "TCGA_CS_2", "TCGA_HT_3", "someone"].map((id) =>
    patientWith(id, 5)
  );
  const groups = byInstitution(patients).map(({ name, patients }) => [name, patients]);
  assert.deepEqual(groups, [["CS", ["TCGA_CS_2"]], ["HT", ["TCGA_HT_1", "TCGA_HT_3"]], ["other", [
    "someone",
  ]]]);
});

Deno.test("byTumorSize makes thirds from small to large and leaves out who has no tumor", () => {
  const sizes = { a: 9, b: 1, c: 4, d: 0, e: 16, f: 2, g: 3, h: 7 };
  const groups = byTumorSize(Object.entries(sizes).map(([id, size]) => patientWith(id, size)));
  assert.deepEqual(
    groups.map((
      { name, patients, fromVoxels, toVoxels },
    ) => [name, patients, fromVoxels, toVoxels]),
    [
      ["small", ["b", "f"], 1, 2],
      ["medium", ["g", "c", "h"], 3, 7],
      ["large", ["a", "e"], 9, 16],
    ],
  );
  assert.deepEqual(byTumorSize([patientWith("a", 3)]).length, 1);
  assert.deepEqual(byTumorSize([patientWith("a", 0)]), []);
});
