/** What a killed process left in the cache of decoded patients goes with time, and nothing of a living one's. */
import assert from "node:assert/strict";
import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { readDatasetCached } from "../../../train/data/volume_cache.ts";
import { isUnfinished } from "../../../train/storage/write_whole_file.ts";
import { dieAt } from "../run/die_at.ts";
import { commandEnvironment } from "../support/run_command.ts";
import { withData } from "./cached_data.ts";

const cache = join(commandEnvironment.XDG_CACHE_HOME, "gliomap");

Deno.test("readDatasetCached removes what a train left that was killed writing the cache, but not at once", () =>
  withData(async ({ data }) => {
    await dieAt("write", 1, "--data", data, "--out", join(data, "../run"));
    const unfinished = async () => (await readdir(cache)).filter(isUnfinished);
    const [left, ...others] = await unfinished();
    assert.match(left, /^\.A_1-[0-9a-f]{16}\.volume\.\d+\.tmp$/);
    assert.deepEqual(others, []);

    const patients = await readDatasetCached(data, { cache, onWarning: assert.fail });
    assert.deepEqual(await unfinished(), [left], "it may be another machine's");
    const twoHoursAgo = Date.now() / 1000 - 7200;
    await utimes(join(cache, left), twoHoursAgo, twoHoursAgo);
    await readDatasetCached(data, { cache, onWarning: assert.fail });
    assert.equal((await readdir(cache)).length, patients.length, "the cache itself is left alone");
    assert.deepEqual(await unfinished(), []);
  }));
