/** Data sets for the tests of the cache to change, and what is read of them. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { sliceOf } from "../../../shared/volume.ts";
import { type Patient, readDataset } from "../../../train/data/dataset.ts";
import { maskOfSlice } from "../../../train/data/prepared_patient.ts";
import { readDatasetCached } from "../../../train/data/volume_cache.ts";
import { preparedSample } from "./patients.ts";
import { uncompressedTiff } from "./tiff.ts";

export const sample = await preparedSample(0), { height, width } = sample.volume;
export const ids = ["A_1", "B_2"];
export const longAgo = 1_500_000_000;

export interface Paths {
  readonly data: string;
  readonly cache: string;
  /** A file of patient A_1. */
  readonly file: (name: string) => string;
}

/** Writes one slice of the sample, last changed long ago. */
export async function writeSlice(folder: string, name: string, index: number): Promise<void> {
  const image = sliceOf(sample.volume, index).data as Uint8Array;
  const mask = maskOfSlice(sample, index).map((value) => value * 255);
  const images = [[".tif", image, 3], ["_mask.tif", mask, 1]] as const;
  for (const [ending, pixels, channels] of images) {
    const path = join(folder, name + ending);
    await writeFile(path, uncompressedTiff(pixels, height, width, channels));
    await utimes(path, longAgo, longAgo);
  }
}

/** A data set of two patients with three real slices each, and a place for the cache. */
export async function withData(use: (paths: Paths) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "gliomap-cache-test-"));
  const data = join(root, "data"), cache = join(root, "cache");
  try {
    for (const [patient, id] of ids.entries()) {
      await mkdir(join(data, id), { recursive: true });
      for (const number of [1, 2, 3]) {
        await writeSlice(join(data, id), `${id}_${number}`, 4 * patient + 3 + number);
      }
    }
    await use({ data, cache, file: (name) => join(data, ids[0], name) });
  } finally {
    await rm(root, { recursive: true });
  }
}

/** Reads through the cache, and holds the result against the files themselves. */
export async function readBoth(data: string, cache: string): Promise<Patient[]> {
  const patients = await readDatasetCached(data, { cache, onWarning: assert.fail });
  // Of volumes that differ `deepEqual` would write the difference out, for minutes.
  assert.ok(isDeepStrictEqual(patients, await readDataset(data)), "the cache has something else");
  return patients;
}

export async function cacheFile(cache: string, id: string): Promise<string> {
  const names = (await readdir(cache)).filter((name) => name.startsWith(id));
  assert.equal(names.length, 1);
  return join(cache, names[0]);
}
