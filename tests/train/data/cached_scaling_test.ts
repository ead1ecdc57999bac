/** How a patient is scaled comes from the cache with its pixels: the same to the bit, and not worked out again. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import {
  foregroundPreprocessing,
  type Preprocessing,
  referencePreprocessing,
  volumeScaling,
} from "../../../shared/scaling.ts";
import { type Sequence, sequences } from "../../../shared/sequence.ts";
import { findPatients, type Patient, readPatient } from "../../../train/data/dataset.ts";
import { fingerprintOf } from "../../../train/data/fingerprint.ts";
import { preparePatient } from "../../../train/data/prepared_patient.ts";
import { readDatasetCached } from "../../../train/data/volume_cache.ts";
import { encodeVolumeFile } from "../../../train/data/volume_file.ts";
import { cacheFile, readBoth, withData } from "./cached_data.ts";

const scalings: Preprocessing[] = [
  referencePreprocessing,
  foregroundPreprocessing,
  { method: "percentile", low: 3.7, high: 99.9 },
  { method: "foreground", head: 0.31, low: 10, high: 88.8, limit: 2 },
];

function scalingOf(patient: Patient, preprocessing: Preprocessing, wanted = [...sequences]) {
  return preparePatient(patient, wanted, preprocessing).scaling;
}

Deno.test("patients from the cache are scaled as their volumes, to the bit, in every way of scaling", () =>
  withData(async ({ cache }) => {
    await readBoth("train/sample", cache);
    for (const patient of await readBoth("train/sample", cache)) {
      for (const preprocessing of scalings) {
        const expected = volumeScaling(patient.volume, preprocessing);
        assert.deepEqual(scalingOf(patient, preprocessing), expected);
        const two: Sequence[] = [sequences[2], sequences[0]];
        assert.deepEqual(scalingOf(patient, preprocessing, two), [expected[2], expected[0]]);
      }
    }
  }));

Deno.test("a start with a cache scales by what the cache says, and looks at no pixel for it", () =>
  withData(async ({ data, cache }) => {
    const [first, second] = await findPatients(data), other = await readPatient(second);
    await readBoth(data, cache);
    const { valueCounts } = other, patient = await readPatient(first);
    const changed = encodeVolumeFile({ ...patient, valueCounts }, await fingerprintOf(first));
    await writeFile(await cacheFile(cache, first.id), changed);
    const [read] = await readDatasetCached(data, { cache, onWarning: assert.fail });
    assert.ok(read.volume.data.every((value, at) => value === patient.volume.data[at]));
    for (const preprocessing of scalings) {
      const found = scalingOf(read, preprocessing);
      assert.deepEqual(found, scalingOf(other, preprocessing));
      assert.notDeepEqual(found, volumeScaling(read.volume, preprocessing));
    }
  }));

Deno.test("where an image has changed, its patient is scaled by what it is now", () =>
  withData(async ({ data, cache, file }) => {
    const [before] = await readBoth(data, cache);
    const bytes = await readFile(file("A_1_2.tif"));
    bytes.fill(200, bytes.length - before.volume.width * before.volume.height);
    await writeFile(file("A_1_2.tif"), bytes);
    for (const start of ["cold", "warm"]) {
      const [after] = await readBoth(data, cache);
      for (const preprocessing of scalings) {
        const found = scalingOf(after, preprocessing);
        assert.deepEqual(found, volumeScaling(after.volume, preprocessing), start);
        assert.notDeepEqual(found, scalingOf(before, preprocessing), start);
      }
    }
  }));
