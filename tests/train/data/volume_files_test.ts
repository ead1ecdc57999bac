/** Patients with whole volumes: found by their names, and the same patients as with slices. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeDicomSeries } from "../../../shared/dicom/decode.ts";
import { encodeDicomSegmentation } from "../../../shared/dicom/segmentation.ts";
import { geometryOfSpacing } from "../../../shared/geometry.ts";
import { encodeNifti } from "../../../shared/nifti/encode.ts";
import { countChannels } from "../../../shared/value_counts.ts";
import {
  DatasetError,
  findPatients,
  type Patient,
  readPatient,
} from "../../../train/data/dataset.ts";
import { patientDigest } from "../../../train/data/patient_digest.ts";
import { readVolume } from "../../../train/data/read_volume.ts";
import { readDatasetCached } from "../../../train/data/volume_cache.ts";
import { findVolumes } from "../../../train/data/volume_files.ts";
import { withFolder } from "../support/temporary_folder.ts";
import {
  briefNames,
  channelOf,
  someSlices,
  spacing,
  writeDicomPatient,
  writeNiftiPatient,
} from "../support/volume_patients.ts";

const [files] = await findPatients("train/sample");
const original = await readPatient(files);
const { volume, mask } = someSlices(original.volume, original.mask, 14, 18);

/** A patient with hashes in the place of its pixels: where millions differ, assert would fill the memory with them. */
function brief({ volume, mask, ...rest }: Patient) {
  const hashed = <T extends { readonly data: Uint8Array | Uint16Array | Float32Array }>(of: T) => ({
    ...of,
    data: [of.data.constructor.name, createHash("sha256").update(of.data).digest("hex")],
  });
  return { ...rest, volume: hashed(volume), mask: hashed(mask) };
}

function imagesOf(patient: string, names: readonly string[]) {
  const { volumes, problems } = findVolumes("F", patient, names.map((name) => ({ name })));
  assert.deepEqual(problems, []);
  return Object.fromEntries(
    Object.entries(volumes!.images).map(([sequence, { files }]) => [sequence, files[0]]),
  );
}

Deno.test("findVolumes knows the names of BraTS, old and new, and plain ones", () => {
  const expected = (pre: string, flair: string, post: string) => ({
    "pre-contrast": `F/${pre}`,
    FLAIR: `F/${flair}`,
    "post-contrast": `F/${post}`,
  });
  const cases = [
    ["BraTS20_001", "_t1.nii.gz", "_flair.nii.gz", "_t1ce.nii.gz", "_t2.nii.gz"],
    ["BraTS-GLI-00005-000", "-t1n.nii.gz", "-t2f.nii.gz", "-t1c.nii.gz", "-t2w.nii.gz"],
    ["P1", "_pre.nii", "_FLAIR.nii", "_post.nii", "_T2.nii"],
    // The patient's name says nothing of the sequence.
    ["post_t1", "_t1.nii", "_flair.nii", "_post.nii", "_t2.nii"],
  ];
  for (const [patient, pre, flair, post, other] of cases) {
    const names = [pre, flair, post, other, ""].map((end) => `${patient}${end}`);
    assert.deepEqual(
      imagesOf(patient, names),
      expected(`${patient}${pre}`, `${patient}${flair}`, `${patient}${post}`),
    );
  }
  assert.deepEqual(imagesOf("P1", ["P1.nii.gz"]), { FLAIR: "F/P1.nii.gz" });
  assert.deepEqual(imagesOf("P1", ["P1.nii.gz", "P1_seg.nii.gz"]), { FLAIR: "F/P1.nii.gz" });
});

Deno.test("findVolumes names what is given twice, what says nothing, and a missing FLAIR", () => {
  const problemsOf = (...names: string[]) =>
    findVolumes("F", "P", names.map((name) => ({ name }))).problems;
  assert.deepEqual(problemsOf("P_flair.nii", "P_flair.nii.gz"), [
    "F/P_flair.nii.gz: gives FLAIR as well as F/P_flair.nii",
  ]);
  assert.match(problemsOf("P_flair.nii", "P_swi.nii")[0], /P_swi\.nii: its name must say/);
  assert.match(problemsOf("P_t1.nii")[0], /F: holds no FLAIR \(P_flair\.nii\.gz, or flair/);
  assert.match(problemsOf("P_flair.nii", "P_seg.nii", "P_mask.nii")[0], /is a mask as well as/);
  assert.deepEqual(findVolumes("F", "P", [{ name: "notes.txt" }]), { problems: [] });
});

Deno.test("readPatient finds the same patient in NIfTI files as in slices, bit for bit", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "data"), cache = join(folder, "cache");
    await writeNiftiPatient(data, "P", volume, mask);
    const [found] = await findPatients(data);
    const patient = await readPatient(found);
    const expected = {
      id: "P",
      volume,
      mask,
      digest: patientDigest(volume, mask),
      valueCounts: countChannels({ data: volume.data as Uint8Array, channels: 3 }),
      sliceNumbers: [1, 2, 3, 4],
      spacing: patient.spacing,
    };
    assert.deepEqual(brief(patient), brief(expected));
    patient.spacing!.forEach((mm, axis) => assert.ok(Math.abs(mm - spacing[axis]) < 1e-6));
    // The second time from the cache.
    for (let i = 0; i < 2; i++) {
      assert.deepEqual(brief((await readDatasetCached(data, { cache }))[0]), brief(patient));
    }
  });
});

Deno.test("readPatient makes 8 bits of floats, and of labels one tumor", async () => {
  await withFolder(async (folder) => {
    const bright = { ...volume, data: Float32Array.from(volume.data, (value) => value * 37 - 500) };
    const target = await writeNiftiPatient(folder, "P", bright, mask);
    const geometry = geometryOfSpacing([4, 256, 256], spacing);
    const data = Uint8Array.from(mask.data, (value, i) => value * (i % 2 ? 4 : 2));
    const labels = { data, slices: 4, height: 256, width: 256, channels: 1 };
    await writeFile(join(target, "P_seg.nii.gz"), await encodeNifti(labels, geometry));
    const patient = await readPatient((await findPatients(folder))[0]);
    assert.deepEqual(patient.mask, mask);
    assert.ok(patient.volume.data instanceof Uint8Array);
    // As bright as before but for the rounding, and for what is brighter than all but a thousandth.
    for (let channel = 0; channel < 3; channel++) {
      const [before, after] = [volume, patient.volume].map((v) => channelOf(v, channel).data);
      const top = before.toSorted()[Math.floor(before.length * 0.999)];
      before.forEach((value: number, i: number) =>
        assert.ok(Math.abs(Math.min(value, top) / top * 255 - after[i]) <= 1.5)
      );
    }
  });
});

Deno.test("readVolume lets FLAIR stand in for sequences that are missing", async () => {
  await withFolder(async (folder) => {
    const target = await writeNiftiPatient(folder, "P", volume, mask);
    await rm(join(target, "P_t1ce.nii.gz"));
    const [found] = await findPatients(folder);
    const read = await readVolume(found);
    const [pre, flair] = [0, 1].map((channel) => channelOf(volume, channel).data);
    assert.deepEqual(channelOf(read, 0).data, pre);
    assert.deepEqual(channelOf(read, 1).data, flair);
    assert.deepEqual(channelOf(read, 2).data, flair);
  });
});

Deno.test("readPatient reads DICOM series with a NIfTI mask", async () => {
  await withFolder(async (folder) => {
    await writeDicomPatient(folder, "P", volume);
    const named = await writeNiftiPatient(folder, "masks", volume, mask);
    await rename(join(named, "masks_seg.nii.gz"), join(folder, "P", "P_seg.nii.gz"));
    await rm(named, { recursive: true });
    const [found] = await findPatients(folder);
    assert.equal(found.volumes!.images.FLAIR!.files.length, 4);
    assert.deepEqual(Array.from((await readVolume(found)).data), Array.from(volume.data));
    assert.deepEqual((await readPatient(found)).mask, mask);
  });
});

Deno.test("readPatient reads DICOM series with a DICOM-SEG, in a folder of its own or loose beside slices", async () => {
  await withFolder(async (folder) => {
    const patient = await writeDicomPatient(folder, "P", volume);
    const names = await readdir(join(patient, "flair"));
    const series = await Promise.all(names.map((name) => readFile(join(patient, "flair", name))));
    const { geometry } = decodeDicomSeries(series);
    // Tumor in one slice only: the others are not in the file.
    const part = { ...mask, data: mask.data.map((value, i) => i < 2 * 256 ** 2 ? value : 0) };
    part.data.fill(0, 0, 256 ** 2);
    const file = encodeDicomSegmentation(part, geometry);
    await writeFile(join(patient, "P_seg.dcm"), file);
    const [found] = await findPatients(folder);
    assert.deepEqual((await readPatient(found)).mask, part);
    const loose = join(folder, "loose", "Q");
    await mkdir(loose, { recursive: true });
    for (const [index, bytes] of series.entries()) {
      await writeFile(join(loose, `${index}.dcm`), bytes);
    }
    await writeFile(join(loose, "Q_mask.dcm"), file);
    const [other] = await findPatients(join(folder, "loose"));
    assert.equal(other.volumes!.images.FLAIR!.files.length, 4);
    assert.deepEqual((await readPatient(other)).mask, part);
  });
});

Deno.test("readPatient refuses files that lie in different places, naming them", async () => {
  await withFolder(async (folder) => {
    const target = await writeNiftiPatient(folder, "P", volume, mask);
    const moved = geometryOfSpacing([4, 256, 256], [4, 0.9, 0.8]);
    const t1 = channelOf(volume, 0);
    await writeFile(join(target, "P_t1.nii.gz"), await encodeNifti(t1, moved));
    const [found] = await findPatients(folder);
    await assert.rejects(readPatient(found), (error: Error) => {
      assert.ok(error instanceof DatasetError);
      assert.match(error.message, /P_t1\.nii\.gz: .*spacing must be the FLAIR's, 5 x 0.9 x 0.8 mm/);
      return true;
    });
    await writeFile(join(target, "P_t1.nii.gz"), "broken");
    await assert.rejects(readPatient(found), /P_t1\.nii\.gz: Cannot decode the NIfTI/);
    await rm(join(target, "P_seg.nii.gz"));
    await assert.rejects(findPatients(folder), /P: holds no mask \(P_seg\.nii\.gz\)/);
    await Promise.all(briefNames.map((name) => rm(join(target, `P_${name}.nii.gz`))));
    await assert.rejects(findPatients(folder), /P: holds no slices .* and no volumes/);
  });
});
