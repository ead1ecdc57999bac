import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { lockFile } from "../../../train/storage/file_lock.ts";
import { withFolder } from "../support/temporary_folder.ts";

/** The lock, which has to be free. */
async function taken(path: string) {
  const attempt = await lockFile(path);
  assert.ok("lock" in attempt, JSON.stringify(attempt));
  return attempt.lock;
}

Deno.test("lockFile tells who holds a lock, and gives it to the next once it is released", () =>
  withFolder(async (folder) => {
    const path = join(folder, ".lock"), lock = await taken(path);
    const heldBy = `process ${process.pid} on ${hostname()}`;
    assert.deepEqual(await lockFile(path), { heldBy });
    assert.deepEqual(await lockFile(path), { heldBy });
    await lock.release();
    assert.deepEqual(await readdir(folder), []);
    await (await taken(path)).release();
  }));

Deno.test("lockFile gives one of many that ask at once the lock, each in its turn", () =>
  withFolder(async (folder) => {
    const path = join(folder, ".lock");
    let holders = 0, turns = 0;
    await Promise.all(Array.from({ length: 20 }, async () => {
      while (true) {
        const attempt = await lockFile(path);
        if ("lock" in attempt) {
          assert.equal(++holders, 1);
          await new Promise((resolve) => setTimeout(resolve));
          holders--;
          turns++;
          return await attempt.lock.release();
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }));
    assert.equal(turns, 20);
  }));

Deno.test("lockFile's file may be removed by hand: the next gets a lock, which the first does not remove", () =>
  withFolder(async (folder) => {
    const path = join(folder, ".lock"), first = await taken(path);
    await rm(path);
    const second = await taken(path);
    await first.release();
    assert.ok("heldBy" in await lockFile(path));
    await second.release();
  }));

Deno.test("lockFile tells why there are no locks", () =>
  withFolder(async (folder) => {
    const { tryLock } = Deno.FsFile.prototype;
    Deno.FsFile.prototype.tryLock = () => Promise.reject(new Error("Function not implemented"));
    try {
      assert.deepEqual(await lockFile(join(folder, ".lock")), { lack: "Function not implemented" });
    } finally {
      Deno.FsFile.prototype.tryLock = tryLock;
    }
  }));
