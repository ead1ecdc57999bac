/** Decoded patients come from the cache as they were decoded, or are decoded again. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import process from "node:process";
import { crc32 } from "node:zlib";
import {
  DatasetError,
  findPatients,
  type Patient,
  readDataset,
  readPatient,
} from "../../../train/data/dataset.ts";
import { fingerprintOf } from "../../../train/data/fingerprint.ts";
import { cacheFolder, readDatasetCached } from "../../../train/data/volume_cache.ts";
import { encodeVolumeFile, volumeFileVersion } from "../../../train/data/volume_file.ts";
import { cacheFile, readBoth, withData, writeSlice } from "./cached_data.ts";

/** Puts other pixels into the cache, as of the same files: where they are read, they came from there. */
async function replaceCached(data: string, cache: string): Promise<Patient[]> {
  return await Promise.all((await findPatients(data)).map(async (files) => {
    const { volume, ...patient } = await readPatient(files);
    const inverted = { ...volume, data: volume.data.map((value) => 255 - value) };
    const replaced = { ...patient, volume: inverted };
    const bytes = encodeVolumeFile(replaced, await fingerprintOf(files));
    await writeFile(await cacheFile(cache, patient.id), bytes);
    return replaced;
  }));
}

/** A sound cache file as another version left it. */
function ofVersion(file: Uint8Array, version: number): Uint8Array {
  const bytes = Uint8Array.from(file), view = new DataView(bytes.buffer);
  const at = Buffer.from(bytes.buffer).indexOf(`"version":${volumeFileVersion},`) + 10;
  bytes.set(new TextEncoder().encode(String(version)), at);
  view.setUint32(8, crc32(bytes.subarray(12)), true);
  return bytes;
}

Deno.test("readDatasetCached gives what readDataset gives, and reads no image the second time", async () => {
  await withData(async ({ data, cache }) => {
    const cold = await readBoth(data, cache);
    await readBoth(data, cache);
    const replaced = await replaceCached(data, cache);
    const warm = await readDatasetCached(data, { cache });
    assert.deepEqual(warm, replaced);
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
      ofVersion(whole, volumeFileVersion - 1),
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

Deno.test({
  name: "readDatasetCached keeps the cache from other users of the machine",
  ignore: process.platform === "win32",
  fn: () =>
    withData(async ({ data, cache }) => {
      await readBoth(data, cache);
      assert.equal((await stat(cache)).mode & 0o777, 0o700);
    }),
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
    await readBoth(data, cache);
    const replaced = await replaceCached(data, cache);
    const path = relative(process.cwd(), data);
    assert.deepEqual(await readDatasetCached(path, { cache }), replaced);
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
