/** Files that are on the disk when they are said to be. */
import assert from "node:assert/strict";
import {
  type FileHandle,
  open,
  readdir,
  readFile,
  readlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { basename, join } from "node:path";
import process from "node:process";
import { removeAbandoned, writeWholeFile } from "../../../train/storage/write_whole_file.ts";
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

/** A process of which nothing is left but its number. */
async function endedProcess(): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), { args: ["eval", ""] }).spawn();
  await child.status;
  return child.pid;
}

Deno.test("removeAbandoned removes files of an hour ago and before, whose process is gone, and no others", () =>
  withFolder(async (folder) => {
    const ended = await endedProcess(), minute = 60_000;
    const write = async (name: string, age: number) => {
      const time = new Date(Date.now() - age);
      await writeFile(join(folder, name), "half");
      await utimes(join(folder, name), time, time);
    };
    const started = performance.timeOrigin, beforeThisOne = Date.now() - started + 61 * minute;
    await write(`.a.volume.${ended}.tmp`, 61 * minute);
    await write(`.b.volume.${process.pid}.tmp`, beforeThisOne);
    await write(`.c.volume.${"9".repeat(12)}.tmp`, 61 * minute);
    const staying: [name: string, age: number][] = [
      [`.a.state.${ended}.tmp`, 59 * minute],
      [`.b.state.${process.ppid}.tmp`, beforeThisOne],
      [`.c.state.${process.pid}.tmp`, 59 * minute],
      [`a.volume.${ended}.tmp`, beforeThisOne],
      ["b.volume", beforeThisOne],
      [".notes.tmp", beforeThisOne],
    ];
    for (const [name, age] of staying) await write(name, age);
    await removeAbandoned(folder);
    assert.deepEqual((await readdir(folder)).sort(), staying.map(([name]) => name).sort());
  }));
