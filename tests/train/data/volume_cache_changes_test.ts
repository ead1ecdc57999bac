/** The cache of decoded patients is of no use any more as soon as one of their files is another one. */
import assert from "node:assert/strict";
import { copyFile, readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Mask, Volume } from "../../../shared/volume.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { someSlices, writeDicomPatient, writeNiftiPatient } from "../support/volume_patients.ts";
import { cacheFile, longAgo, readBoth, sample, withData, writeSlice } from "./cached_data.ts";

Deno.test("readDatasetCached sees one pixel that changed in a file of the same size", async () => {
  await withData(async ({ data, cache, file }) => {
    const [before] = await readBoth(data, cache);
    const bytes = await readFile(file("A_1_3.tif"));
    bytes[bytes.length - 1] ^= 1;
    await writeFile(file("A_1_3.tif"), bytes);
    const [after] = await readBoth(data, cache);
    const changed = after.volume.data.filter((value, i) => value !== before.volume.data[i]);
    assert.equal(changed.length, 1);
  });
});

/** Longer than the system takes to tell two times of a change apart: Deno tells that of an entry in whole seconds. */
const distinct = 1100;

Deno.test("readDatasetCached sees files that were replaced by others of the same size and time", async () => {
  await withData(async ({ data, cache, file }) => {
    const [before] = await readBoth(data, cache);
    await delay(distinct);
    await rename(file("A_1_1.tif"), file("other"));
    await rename(file("A_1_2.tif"), file("A_1_1.tif"));
    await rename(file("other"), file("A_1_2.tif"));
    const [after] = await readBoth(data, cache);
    assert.notEqual(after.digest, before.digest);
  });
});

Deno.test("readDatasetCached tells changes within a second apart", async () => {
  await withData(async ({ data, cache, file }) => {
    const path = file("A_1_2.tif"), bytes = await readFile(path);
    for (const time of [longAgo + 0.25, longAgo + 0.5]) {
      bytes[bytes.length - 1] ^= 1;
      await writeFile(path, bytes);
      await utimes(path, time, time);
      await readBoth(data, cache);
    }
  });
});

Deno.test("readDatasetCached sees one NIfTI file, one file of a DICOM series and masks that changed", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "data"), other = join(folder, "other"), cache = join(folder, "cache");
    const { volume, mask } = someSlices(sample.volume, sample.mask, 8, 11);
    const write = async (to: string, pixels: Volume, drawn: Mask) => {
      await writeNiftiPatient(to, "N", pixels, drawn);
      await writeDicomPatient(to, "D", pixels, ["t1", "flair"]);
      await writeNiftiPatient(to, "D", pixels, drawn, { names: [] });
    };
    const inverted = { ...volume, data: volume.data.map((value) => 255 - value) };
    const drawn = { ...mask, data: mask.data.map((value) => 1 - value) };
    await write(data, volume, mask);
    await write(other, inverted, drawn);

    const digests = [await readBoth(data, cache)];
    const series = (await readdir(join(data, "D", "flair"))).sort();
    assert.equal(series.length, 3);
    for (
      const [nifti, dicom] of [["N_flair.nii.gz", `flair/${series[1]}`], [
        "N_seg.nii.gz",
        "D_seg.nii.gz",
      ]]
    ) {
      for (const file of [join("N", nifti), join("D", dicom)]) {
        await copyFile(join(other, file), join(data, file));
      }
      digests.push(await readBoth(data, cache));
    }
    for (const patient of [0, 1]) {
      assert.equal(new Set(digests.map((each) => each[patient].digest)).size, 3);
    }
    assert.equal((await readdir(cache)).length, 2);
  });
});

Deno.test("readDatasetCached looks again at files that were touched", async () => {
  await withData(async ({ data, cache, file }) => {
    await readBoth(data, cache);
    const before = await readFile(await cacheFile(cache, "A_1"));
    const other = await readFile(await cacheFile(cache, "B_2"));
    await utimes(file("A_1_2_mask.tif"), longAgo, longAgo + 1);
    await readBoth(data, cache);
    assert.notDeepEqual(await readFile(await cacheFile(cache, "A_1")), before);
    assert.deepEqual(await readFile(await cacheFile(cache, "B_2")), other);
  });
});

Deno.test("readDatasetCached sees slices that were added, removed and renumbered", async () => {
  await withData(async ({ data, cache, file }) => {
    await readBoth(data, cache);
    await writeSlice(join(data, "A_1"), "A_1_4", 12);
    assert.equal((await readBoth(data, cache))[0].volume.slices, 4);
    await rm(file("A_1_1.tif"));
    await rm(file("A_1_1_mask.tif"));
    assert.deepEqual((await readBoth(data, cache))[0].sliceNumbers, [2, 3, 4]);
    for (const ending of [".tif", "_mask.tif"]) {
      await rename(file(`A_1_2${ending}`), file(`A_1_9${ending}`));
    }
    assert.deepEqual((await readBoth(data, cache))[0].sliceNumbers, [3, 4, 9]);
    assert.equal((await readdir(cache)).length, 2);
  });
});
