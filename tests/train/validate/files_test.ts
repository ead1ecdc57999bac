/** What a validation writes: CSV, JSON and the page, figures that are not defined and names that need escaping among them. */
import assert from "node:assert/strict";
import { checkGate, parseGate } from "../../../train/validate/gate.ts";
import { drawPatient } from "../../../train/validate/patient_pictures.ts";
import { worstPatients } from "../../../train/validate/report/worst_cases.ts";
import { validationPage } from "../../../train/validate/report/validation_page.ts";
import { toCsv } from "../../../train/validate/validation_csv.ts";
import { toJson } from "../../../train/validate/validation_json.ts";
import { validationTable } from "../../../train/validate/validation_table.ts";
import { exampleValidation, ids } from "./validation_example.ts";

const validation = exampleValidation();

/** Cells of a CSV, as RFC 4180 has them. */
function parseCsv(text: string): string[][] {
  return text.trimEnd().split("\r\n").map((line) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
      quoted?.replaceAll('""', '"') ?? plain
    )
  );
}

Deno.test("toCsv has a row for each patient, and every figure as it was measured", () => {
  const [header, ...rows] = parseCsv(toCsv(validation));
  assert.deepEqual(rows.map(([patient]) => patient), ids);
  const column = (name: string) => rows.map((row) => row[header.indexOf(name)]);
  assert.deepEqual(column("dice").map((cell) => cell && Number(cell)), [2 / 3, 1, 0, ""]);
  assert.deepEqual(column("hd95").slice(2), ["inf", ""]);
  assert.deepEqual(column("tumor_voxels"), ["8", "10", "6", "0"]);
  assert.deepEqual(column("reference_ml").map(Number), [0.04, 0.05, 0.03, 0]);
  assert.deepEqual(new Set(column("unit")), new Set(["mm"]));
  for (const row of rows) assert.equal(row.length, header.length);
});

Deno.test("toJson keeps every figure, the infinite and those that are not defined apart", () => {
  const read = JSON.parse(toJson(validation));
  assert.deepEqual(read, validation);
  assert.equal(read.patients[2].hd95, Infinity);
  assert.equal(read.patients[3].hd95, null);
  assert.equal(read.metrics.hd95.mean, Infinity);
});

Deno.test("validationTable tells of infinite figures, of groups and of calibration", () => {
  const table = validationTable(validation);
  assert.match(table, /^TCGA_CS_1 +0\.667 +0\.500 +0\.500 +1\.000 /m);
  assert.match(table, /^a "<b>", c .* inf /m);
  assert.match(table, /^TCGA_CS_4 +- +- /m);
  assert.match(table, /^HD95 \(mm\) .* inf +3, 1 infinite and not in the mean$/m);
  assert.match(table, /^flips averaged +0\.556 /m);
  assert.match(table, /^other \(1\) +0\.000 /m);
  assert.match(table, /^NSD: the part of both surfaces that is within 1 mm of the other\.$/m);
  assert.match(table, /^ECE over 80 voxels: 0\.\d+; 0\.\d+ at a temperature of /m);
});

Deno.test("worstPatients are those with the lowest Dice, none without one", () => {
  const worst = worstPatients(validation.patients, 10).map(({ id }) => id);
  assert.deepEqual(worst, [ids[2], ids[0], ids[1]]);
  assert.deepEqual(worstPatients(validation.patients, 1).map(({ id }) => id), [ids[2]]);
});

Deno.test("validationPage is one file that needs no other and shows every section", async () => {
  const mask = { data: new Uint8Array([1, 0, 0, 1]), shape: [1, 2, 2] };
  const data = new Uint8Array([1, 2, 3, 4]);
  const volume = { data, slices: 1, height: 2, width: 2, channels: 1 };
  const drawn = drawPatient({ id: ids[2], prediction: mask, reference: mask, volume });
  const gates = ["mean(dice)>=0.5", "min(dice)>=0.5"].map((text) =>
    checkGate(parseGate(text), validation.patients)
  );
  const page = await validationPage({
    name: "my <model>",
    measuredOn: "On four patients.",
    validation,
    gates,
    worst: [drawn],
  });
  for (const [, address] of page.matchAll(/\b(?:src|href)="([^"]*)"/g)) {
    assert.match(address, /^data:image\/jpeg;base64,/);
  }
  assert.doesNotMatch(page, /@import|url\((?!#)/);
  const headings = [...page.matchAll(/<h2>(.*)<\/h2>/g)].map(([, heading]) => heading);
  assert.deepEqual(headings, [
    "Gates",
    "All patients",
    "Dice of each patient",
    "Dice against tumor size",
    "By institution and tumor size",
    "Other ways to run the model",
    "Calibration",
    "The worst cases",
    "Patients",
  ]);
  assert.equal(page.match(/<svg[^>]*class="marks"/g)!.length, 4, "plots");
  assert.ok(
    page.includes("my &lt;model&gt;") && !page.includes("<model>") && !page.includes('<b>",'),
  );
  assert.match(page, /<td class="passed">passed/);
  assert.match(page, /<td class="failed">not passed/);
  assert.ok(page.includes("z: it is broken") && page.includes("y.png: has no reference"));
  assert.match(page, /small tumors, 6 voxels/);
  assert.match(page, /NSD: the part of both surfaces that is within 1 mm of the other\./);
  assert.match(page, /not for clinical use/);
});

Deno.test("validationPage does without calibration, variants, gates, pictures and spacing", async () => {
  const patients = validation.patients.map((figures) => ({
    ...figures,
    spacing: null,
    referenceMl: null,
  }));
  const page = await validationPage({
    name: "masks",
    measuredOn: "",
    validation: {
      ...validation,
      unit: "voxels",
      patients,
      calibration: null,
      variants: [],
      problems: [],
      unmatched: [],
    },
    gates: [],
    worst: [],
  });
  assert.doesNotMatch(page, /<script|Calibration<|Gates<|worst cases<|Other ways/);
  assert.match(page, /distances are in voxels/);
});

Deno.test("drawPatient draws the slices with tumor in either outline and starts at the worst", () => {
  const height = 4, width = 4, size = height * width, slices = 9;
  const empty = () => ({ data: new Uint8Array(slices * size), shape: [slices, height, width] });
  const prediction = empty(), reference = empty();
  reference.data.fill(1, 4 * size, 4 * size + 3);
  prediction.data.fill(1, 4 * size, 4 * size + 2);
  prediction.data.fill(1, 6 * size, 6 * size + 5);
  const { pictures, worst } = drawPatient({ id: "a", prediction, reference });
  assert.deepEqual(pictures.map(({ number }) => number), [4, 5, 6, 7, 8]);
  assert.equal(pictures[worst].number, 7);
  assert.ok(pictures[1].reference.startsWith("M") && pictures[1].prediction.startsWith("M"));
  assert.equal(pictures[3].reference, "");
  assert.equal(pictures[0].image, "", "there are no images");
  const none = drawPatient({ id: "a", prediction: empty(), reference: empty() });
  assert.deepEqual(none.pictures.map(({ number }) => number), [5]);
});

Deno.test("drawPatient draws no more than sixty slices of a fine volume, evenly", () => {
  const mask = { data: new Uint8Array(150).fill(1), shape: [150, 1, 1] };
  const { pictures } = drawPatient({ id: "a", prediction: mask, reference: mask });
  const numbers = pictures.map(({ number }) => number);
  assert.equal(numbers.length, 50);
  assert.deepEqual(numbers.slice(0, 3), [1, 4, 7]);
});
