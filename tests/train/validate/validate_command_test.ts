/** The command on predictions in files: what it says, writes and refuses, and what scripts can test. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { measurePatient } from "../../../train/validate/patient_figures.ts";
import { root, runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { layouts, moved, referenceOf } from "./outline_folders.ts";

const cs = "TCGA_CS_4943_20000902", ht = "TCGA_HT_7602_19951103";
const sample = join(root, "train/sample");
const references = new Map([[cs, await referenceOf(cs)], [ht, await referenceOf(ht)]]);

/** Predictions of two patients, one pixel off, and the references in the published layout. */
async function withCohort(
  test: (predictions: string, references: string, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const predictions = join(folder, "mine"), theirs = join(folder, "theirs");
    await mkdir(theirs);
    for (const [id, reference] of references) {
      await layouts.slices(predictions, id, moved(reference));
      await symlink(join(sample, id), join(theirs, id));
    }
    await test(predictions, theirs, folder);
  });
}

async function validate(...args: string[]) {
  return await runCommand("validate", ...args);
}

Deno.test("validate measures a folder of predictions and writes JSON, CSV and a page with the images", async () => {
  await withCohort(async (predictions, theirs, folder) => {
    const out = join(folder, "out");
    const args = ["--predictions", predictions, "--references", theirs, "--spacing", "5,1,1"];
    const { code, stdout, stderr } = await validate(...args, "--tolerance", "2", "--out", out);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual((await readdir(out)).sort(), [
      "validation.csv",
      "validation.html",
      "validation.json",
    ]);
    const { patients, unit, calibration } = JSON.parse(
      await readFile(join(out, "validation.json"), "utf8"),
    );
    assert.deepEqual([unit, calibration], ["mm", null]);
    const golden = [...references].map(([id, reference]) =>
      measurePatient({ id, prediction: moved(reference), reference, spacing: [5, 1, 1] }, {
        tolerance: 2,
      })
    );
    assert.deepEqual(patients, golden);
    for (const { id, volumeDice } of golden) {
      assert.match(stdout, new RegExp(`^${id} +${volumeDice!.toFixed(3)} `, "m"));
    }
    const page = await readFile(join(out, "validation.html"), "utf8");
    assert.equal(
      page.match(/src="data:image\/jpeg/g)!.length,
      2,
      "the images lie beside the references",
    );
  });
});

Deno.test("validate ends with status 2 when a gate is not passed, and says which", async () => {
  await withCohort(async (predictions, theirs) => {
    const args = [
      "--predictions",
      predictions,
      "--references",
      theirs,
      "--gate",
      "mean(dice)>=0.9",
    ];
    const passed = await validate(...args);
    assert.equal(passed.code, 0);
    assert.match(passed.stdout, /^gate mean\(dice\)>=0\.9: 0\.9\d\d, passed$/m);
    const failed = await validate(...args, "--gate", "max(hd95)<1");
    assert.equal(failed.code, 2);
    assert.match(failed.stdout, /^gate max\(hd95\)<1: 1\.000, NOT PASSED$/m);
    const wrong = await validate(...args, "--gate", "dice>0.9");
    assert.deepEqual([wrong.code, wrong.stdout], [1, ""]);
    assert.match(wrong.stderr, /^error: Cannot use --gate as it must be like [^\n]*\n$/);
  });
});

Deno.test("validate names every file without a counterpart and goes on without them where allowed", async () => {
  await withCohort(async (predictions, theirs) => {
    await rm(join(predictions, cs, `${cs}_3_mask.png`));
    await writeFile(join(predictions, "stranger.npy"), "");
    const args = ["--predictions", predictions, "--references", theirs];
    const refused = await validate(...args);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /error: Cannot validate as every file must have a counterpart/);
    const missing = [
      join(theirs, cs, `${cs}_3_mask.tif: has no prediction`),
      join(predictions, "stranger.npy: has no reference"),
    ];
    for (const line of missing) assert.ok(refused.stderr.includes(line), line);
    const allowed = await validate(...args, "--allow-unmatched");
    assert.equal(allowed.code, 0);
    for (const line of missing) assert.ok(allowed.stderr.includes(`left out: ${line}`), line);
    assert.match(allowed.stdout, new RegExp(`^${cs} +0\\.9`, "m"));
    const one = await validate(...args, "--patients", ht);
    assert.equal(one.code, 0, "what was not asked for is not missing");
    const other = await validate(...args, "--patients", cs);
    assert.equal(other.code, 1, "but a slice of a patient that was is");
  });
});

Deno.test("validate --compare tells two predictions apart, from files and from what was measured before", async () => {
  await withCohort(async (predictions, theirs, folder) => {
    const perfect = join(folder, "perfect"),
      out = join(folder, "out"),
      earlier = join(folder, "earlier");
    for (const [id, reference] of references) await layouts.nifti(perfect, id, reference);
    const against = ["--references", theirs];
    assert.equal(
      (await validate("--predictions", predictions, ...against, "--out", earlier)).code,
      0,
    );
    const npy = join(folder, "npy");
    for (const [id, reference] of references) await layouts.npy(npy, id, reference);
    const { code, stdout, stderr } = await validate(
      "--compare",
      earlier,
      npy,
      ...against,
      "--out",
      out,
    );
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^A: earlier\nB: npy\n/);
    assert.match(stdout, /^Dice +2 +0\.9\d\d +1\.000 +0\.0\d\d .* 0\.500 +0 +0 +2$/m);
    assert.match(stdout, /2 patients cannot tell a difference from chance/);
    const { metrics: [dice] } = JSON.parse(await readFile(join(out, "comparison.json"), "utf8"));
    assert.deepEqual([dice.metric, dice.wilcoxonP, dice.meanB], ["dice", 0.5, 1]);
    const page = await readFile(join(out, "comparison.html"), "utf8");
    assert.doesNotMatch(page, /<script|\bsrc=|\bhref=/);
    const inMm = ["--spacing", "5,0.9,0.9", "--out", earlier];
    assert.equal((await validate("--predictions", predictions, ...against, ...inMm)).code, 0);
    const same = await validate("--compare", earlier, perfect, "--references", perfect);
    assert.equal(same.code, 0, same.stderr);
    assert.match(same.stdout, /^HD95 \(mm\) +2 /m);
    // NIfTI knows millimetres, the earlier one did not.
    const mixed = await validate("--compare", npy, perfect, ...against);
    assert.equal(mixed.code, 1);
    assert.match(
      mixed.stderr,
      /spacing must be the same in both: current values are none and 5, 0\.9/,
    );
  });
});

Deno.test("validate says in one line what its arguments lack", async () => {
  const cases: [args: string[], message: RegExp][] = [
    [[], /one of --predictions, --model, --folds and --compare must be given/],
    [
      ["--predictions", "a", "--model", "b"],
      /one of --predictions, --model, --folds and --compare/,
    ],
    [["--predictions", sample], /--references must name/],
    [["--model", "edge/models/preview"], /--data must name its patients/],
    [["--compare", "a", "--references", sample], /--compare must name two: current value is a/],
    [["--predictions", "nowhere", "--references", sample], /Cannot use nowhere as it must exist/],
    [["--predictions", sample, "--references", sample, "--patients", "x"], /current value is x/],
    [["--model", "m", "--data", "d", "--spacing", "1,2"], /three numbers, slices,rows,columns/],
    [["--compare", "a", "b", "--gate", "mean(dice)>0"], /Cannot compare with --gate/],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await validate(...args);
    assert.deepEqual([code, stdout], [1, ""], args.join(" "));
    assert.match(stderr, /^error: [^\n]+\n$/);
    assert.match(stderr, message);
  }
});
