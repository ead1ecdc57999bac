/** Which files are outlines, whose they are, and which belong together. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { matchOutlines } from "../../../train/validate/match_outlines.ts";
import {
  findImages,
  findImagesBeside,
  findOutlines,
} from "../../../train/validate/outline_files.ts";
import { withFolder } from "../support/temporary_folder.ts";

async function make(folder: string, ...paths: string[]): Promise<string> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), "");
  }
  return folder;
}

/** What is found in a folder of such files: patients, and of each the slices. */
async function find(...paths: string[]): Promise<Record<string, string[]>> {
  let found: Record<string, string[]> = {};
  await withFolder(async (folder) => {
    const outlines = await findOutlines(await make(folder, ...paths));
    found = Object.fromEntries(outlines.map(({ id, files }) => [
      id,
      files.map(({ path, slice }) => `${slice}: ${relative(folder, path)}`),
    ]));
  });
  return found;
}

Deno.test("findOutlines takes masks and leaves the images, overlays and tables beside them", async () => {
  assert.deepEqual(
    await find(
      "p/p_10.tif",
      "p/p_10_mask.tif",
      "p/p_9.tif",
      "p/p_9_mask.tif",
      "p/overlays/p_9.png",
      "data.csv",
      ".hidden/x.png",
    ),
    { p: ["9: p/p_9_mask.tif", "10: p/p_10_mask.tif"] },
  );
  assert.deepEqual(await find("p1/p1_flair.nii.gz", "p1/p1_seg.nii.gz"), {
    p1: [": p1/p1_seg.nii.gz"],
  });
});

Deno.test("findOutlines takes a loose file for a patient, and slices by the published names for one together", async () => {
  assert.deepEqual(await find("b.nii.gz", "c.npy", "d.v2.png"), {
    b: [": b.nii.gz"],
    c: [": c.npy"],
    "d.v2": [": d.v2.png"],
  });
  assert.deepEqual(await find("a.nii", "a_seg.nii"), { a: [": a_seg.nii"] });
  assert.deepEqual(await find("p_2_mask.png", "p_10_mask.png", "q_1_mask.png"), {
    p: ["2: p_2_mask.png", "10: p_10_mask.png"],
    q: ["1: q_1_mask.png"],
  });
  assert.deepEqual(await find("case_1.png", "case_2.png"), {
    case_1: [": case_1.png"],
    case_2: [": case_2.png"],
  });
});

Deno.test("findOutlines refuses what is not there, holds nothing, or is there twice", async () => {
  await assert.rejects(findOutlines("nowhere"), /Cannot use nowhere as it must exist/);
  await assert.rejects(find("a.txt"), /must hold outlines: PNG, TIFF, NIfTI, DICOM-SEG or \.npy/);
  await assert.rejects(
    find("p/p_1.png", "p/p_01.tif"),
    /must be the only outline of its slice/,
  );
  await assert.rejects(find("p/a.nii", "p/b.nii"), /must be the only outline of its slice/);
  await assert.rejects(
    find("p/a.nii", "p/1.png"),
    /a\.nii as it must be the patient's only file: .*1\.png is another/,
  );
});

Deno.test("findImagesBeside takes what lies beside masks, of several volumes the FLAIR", async () => {
  await withFolder(async (folder) => {
    await make(
      folder,
      ...["p/p_1.tif", "p/p_1_mask.tif", "q/q_t1.nii.gz", "q/q_flair.nii.gz", "q/q_seg.nii.gz"],
      ...["r/1.png", "s/s_t1ce.nii", "s/s_t1.nii", "s/s_seg.nii"],
    );
    const images = async (find: typeof findImages) =>
      Object.fromEntries((await find(folder)).map(({ id, files }) => [
        id,
        files.map(({ path, slice }) => `${slice}: ${relative(folder, path)}`),
      ]));
    const beside = { p: ["1: p/p_1.tif"], q: [": q/q_flair.nii.gz"], s: [": s/s_t1.nii"] };
    assert.deepEqual(await images(findImagesBeside), beside);
    assert.deepEqual(await images(findImages), { ...beside, r: ["1: r/1.png"] });
  });
});

Deno.test("matchOutlines matches slice by slice and names every file that is left over", async () => {
  await withFolder(async (folder) => {
    const mine = await make(join(folder, "mine"), "p/1.png", "p/002.png", "q/1.png", "r.npy");
    const theirs = await make(
      join(folder, "theirs"),
      ...["p/p_2_mask.tif", "p/p_3_mask.tif", "s.nii.gz", "q.nii.gz"],
    );
    const [predictions, references] = await Promise.all([mine, theirs].map(findOutlines));
    const { patients, unmatched } = matchOutlines(predictions, references);
    assert.deepEqual(patients.map(({ id }) => id), ["p", "q"]);
    const [{ prediction, reference }] = patients;
    assert.deepEqual(
      [prediction, reference].map(({ files }) => files.map(({ path }) => relative(folder, path))),
      [["mine/p/002.png"], ["theirs/p/p_2_mask.tif"]],
    );
    const left = unmatched.map(({ id, path, missing }) =>
      `${id}: ${relative(folder, path)} has no ${missing}`
    );
    assert.deepEqual(left, [
      "p: mine/p/1.png has no reference",
      "p: theirs/p/p_3_mask.tif has no prediction",
      "r: mine/r.npy has no reference",
      "s: theirs/s.nii.gz has no prediction",
    ]);
  });
});

Deno.test("matchOutlines matches two lone files whatever they are called", async () => {
  await withFolder(async (folder) => {
    await make(folder, "mine.png", "theirs_mask.tif");
    const [predictions, references] = await Promise.all(
      ["mine.png", "theirs_mask.tif"].map((name) => findOutlines(join(folder, name))),
    );
    const { patients, unmatched } = matchOutlines(predictions, references);
    assert.deepEqual([patients[0].id, unmatched], ["theirs", []]);
  });
});
