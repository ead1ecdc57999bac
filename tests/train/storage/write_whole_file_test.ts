/** Files that are on the disk when they are said to be. */
import assert from "node:assert/strict";
import { type FileHandle, open, readFile, readlink } from "node:fs/promises";
import { basename, join } from "node:path";
import process from "node:process";
import { writeWholeFile } from "../../../train/storage/write_whole_file.ts";
import { withFolder } from "../support/temporary_folder.ts";

/**
 * The names of the files and folders that are synced to the disk meanwhile, in that order.
 *
 * @param refusal The code of the error that syncing a folder ends in.
 */
async function syncedBy(
  folder: string,
  work: () => Promise<void>,
  refusal?: string,
): Promise<string[]> {
  const handle = await open(folder, "r"), prototype: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  const synced: string[] = [], { sync } = prototype;
  prototype.sync = async function (this: FileHandle) {
    synced.push(basename(await readlink(`/proc/self/fd/${this.fd}`)));
    if (refusal && (await this.stat()).isDirectory()) {
      throw Object.assign(new Error("refused"), { code: refusal });
    }
    await sync.call(this);
  };
  try {
    await work();
  } finally {
    prototype.sync = sync;
  }
  return synced;
}

Deno.test({
  name: "writeWholeFile waits for the disk to have the bytes, then the name",
  ignore: process.platform !== "linux",
  fn: () =>
    withFolder(async (folder) => {
      const path = join(folder, "state");
      const synced = await syncedBy(folder, () => writeWholeFile(path, "whole"));
      assert.deepEqual(synced, [`.state.${process.pid}.tmp`, basename(folder)]);
      assert.equal(await readFile(path, "utf8"), "whole");
    }),
});

Deno.test({
  name: "writeWholeFile gets along where folders cannot be synced, not where the disk fails",
  ignore: process.platform !== "linux",
  fn: () =>
    withFolder(async (folder) => {
      const path = join(folder, "state");
      const write = (refusal: string) => syncedBy(folder, () => writeWholeFile(path, "x"), refusal);
      assert.equal((await write("EINVAL")).length, 2);
      await assert.rejects(write("EIO"), { code: "EIO" });
    }),
});
