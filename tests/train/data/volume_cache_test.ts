import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";
import { sliceOf } from "../../../shared/volume.ts";
import { cacheFolder, readDatasetCached } from "../../../train/data/volume_cache.ts";
import { DatasetError, type Patient, readDataset } from "../../../train/data/dataset.ts";
import { maskOfSlice } from "../../../train/data/prepared_patient.ts";
import { preparedSample } from "./patients.ts";
import { uncompressedTiff } from "./tiff.ts";

const sample = await preparedSample(0), { height, width } = sample.volume;
const ids = ["A_1", "B_2"];
const longAgo = 1_500_000_000;

interface Paths {
  readonly data: string;
  readonly cache: string;
  /** A file of patient A_1. */
  readonly file: (name: string) => string;
}

/** Writes one slice of the sample, last changed long ago. */
async function writeSlice(folder: string, name: string, index: number): Promise<void> {
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
async function withData(use: (paths: Paths) => Promise<void>): Promise<void> {
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
async function readBoth(data: string, cache: string): Promise<Patient[]> {
  const patients = await readDatasetCached(data, { cache, onWarning: assert.fail });
  assert.deepEqual(patients, await readDataset(data));
  return patients;
}

/** Spoils every image without a trace that the cache could see; what is read then came from the cache. */
async function spoil(data: string): Promise<void> {
  for (const name of await readdir(data, { recursive: true })) {
    if (!name.endsWith(".tif")) continue;
    const path = join(data, name), { length } = await readFile(path);
    await writeFile(path, new Uint8Array(length));
    await utimes(path, longAgo, longAgo);
  }
}

async function cacheFile(cache: string, id: string): Promise<string> {
  const names = (await readdir(cache)).filter((name) => name.startsWith(id));
  assert.equal(names.length, 1);
  return join(cache, names[0]);
}

Deno.test("readDatasetCached gives what readDataset gives, and reads no image the second time", async () => {
  await withData(async ({ data, cache }) => {
    const cold = await readBoth(data, cache);
    await readBoth(data, cache);
    await spoil(data);
    const warm = await readDatasetCached(data, { cache });
    assert.deepEqual(warm, cold);
    for (const { volume, mask } of [...cold, ...warm]) {
      assert.ok(volume.data.buffer instanceof SharedArrayBuffer);
      assert.ok(mask.data.buffer instanceof SharedArrayBuffer);
    }
  });
});

Deno.test("readDatasetCached gives what readDataset gives on the sample", async () => {
  await withData(async ({ cache }) => {
    await readBoth("train/sample", cache);
    await readBoth("train/sample", cache);
  });
});

Deno.test("readDatasetCached reports each patient, cached or not", async () => {
  await withData(async ({ data, cache }) => {
    for (let time = 0; time < 2; time++) {
      const calls: number[][] = [];
      const onPatient = (done: number, total: number) => void calls.push([done, total]);
      await readDatasetCached(data, { cache, onPatient });
      assert.deepEqual(calls, [[1, 2], [2, 2]]);
    }
  });
});

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

Deno.test("readDatasetCached keeps patients of the same name in two data sets apart", async () => {
  await withData(async ({ data, cache }) => {
    await withData(async (second) => {
      await writeSlice(join(second.data, "A_1"), "A_1_1", 15);
      const [first] = await readBoth(data, cache);
      const [other] = await readBoth(second.data, cache);
      assert.notDeepEqual(other, first);
      assert.deepEqual((await readBoth(data, cache))[0], first);
    });
  });
});

Deno.test("readDatasetCached ignores damaged cache files, and mends them", async () => {
  await withData(async ({ data, cache }) => {
    await readBoth(data, cache);
    const path = await cacheFile(cache, "A_1"), whole = await readFile(path);
    const flipped = (at: number) => whole.map((byte, i) => i === at ? byte ^ 4 : byte);
    const damaged = [
      new Uint8Array(0),
      whole.subarray(0, 10),
      whole.subarray(0, 100),
      whole.subarray(0, whole.length - 1),
      new Uint8Array([...whole, 0]),
      ...[0, 9, 13, 30, 5000, whole.length - 1].map(flipped),
    ];
    for (const bytes of damaged) {
      await writeFile(path, bytes);
      await readBoth(data, cache);
      assert.deepEqual(await readFile(path), whole);
    }
  });
});

Deno.test("readDatasetCached works without a place to write, and says so once", async () => {
  await withData(async ({ data, file }) => {
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    // A folder cannot be made below a file, whoever asks for it.
    const patients = await readDatasetCached(data, {
      cache: join(file("A_1_1.tif"), "x"),
      onWarning,
    });
    assert.deepEqual(patients, await readDataset(data));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /^Cannot write the cache/);
  });
});

Deno.test("readDatasetCached without a cache writes nothing", async () => {
  await withData(async ({ data, cache }) => {
    assert.deepEqual(await readDatasetCached(data, { cache: false }), await readDataset(data));
    await assert.rejects(readdir(cache), { code: "ENOENT" });
  });
});

Deno.test("readDatasetCached finds the problems that readDataset finds, and caches the rest", async () => {
  await withData(async ({ data, cache, file }) => {
    await rm(file("A_1_2_mask.tif"));
    await writeFile(file("A_1_3.tif"), "no image");
    await writeFile(file("stray.tif"), "");
    const problemsOf = (read: Promise<unknown>) =>
      read.then(() => assert.fail(), (error) => (error as DatasetError).problems);
    const expected = await problemsOf(readDataset(data));
    assert.equal(expected.length, 3);
    assert.deepEqual(await problemsOf(readDatasetCached(data, { cache })), expected);
    assert.deepEqual(await problemsOf(readDatasetCached(data, { cache })), expected);
    assert.equal((await readdir(cache)).length, 1);
  });
  await assert.rejects(readDatasetCached("no/such/folder"), DatasetError);
});

Deno.test("readDatasetCached takes one data set for the same by whatever path", async () => {
  await withData(async ({ data, cache }) => {
    const cold = await readBoth(data, cache);
    await spoil(data);
    const path = relative(process.cwd(), data);
    assert.deepEqual(await readDatasetCached(path, { cache }), cold);
  });
});

Deno.test("cacheFolder follows XDG_CACHE_HOME where it is an absolute path", () => {
  const before = process.env.XDG_CACHE_HOME;
  try {
    process.env.XDG_CACHE_HOME = "/somewhere/else";
    assert.equal(cacheFolder(), "/somewhere/else/gliomap");
    process.env.XDG_CACHE_HOME = "not/absolute";
    assert.match(cacheFolder(), /\.cache.gliomap$/);
  } finally {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  }
});
