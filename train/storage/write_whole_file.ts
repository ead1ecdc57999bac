/**
 * Files that are there whole or not at all, even when the power goes in between.
 *
 * @module
 */
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { isRunning } from "./is_running.ts";

/**
 * Writes a file under a temporary name, waits until the disk has it, and only then gives it its name, which the disk has
 * as well when this resolves. Who reads the file meanwhile gets the one before. When writing fails, as on a full disk,
 * the file before stays.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * const folder = await mkdtemp(join(tmpdir(), "gliomap-")), path = join(folder, "figures.json");
 * await writeWholeFile(path, "{}");
 * assert.equal(await readFile(path, "utf8"), "{}");
 * assert.deepEqual(await readdir(folder), ["figures.json"]);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function writeWholeFile(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const file = await open(temporary, "w");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw explainFullDisk(error, path);
  }
}

/** What file systems say that cannot be asked for this, as some of networks and of containers. */
const withoutFolderSync = ["EINVAL", "ENOTSUP", "EOPNOTSUPP", "EPERM"];

/** Waits until the disk has a folder's names: after a rename alone, the power may take the new one back. */
async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders, and keeps its names by itself.
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } catch (error) {
    if (!withoutFolderSync.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    await folder.close();
  }
}

/** What is written under a temporary name, which has the file's and the process's number in it. */
const temporaryName = /^\.(.+)\.(\d+)\.tmp$/;

/** The file that a process was killed at writing, by the name of what it left; undefined where that is another file. */
export function isUnfinished(name: string): string | undefined {
  return temporaryName.exec(name)?.[1];
}

/** Removes what processes that were killed within {@linkcode writeWholeFile} left in a folder. */
export async function removeUnfinished(folder: string): Promise<void> {
  const unfinished = (await readdir(folder)).filter(isUnfinished);
  for (const file of unfinished) await rm(join(folder, file), { force: true });
}

const abandonedMilliseconds = 3_600_000;

/**
 * Removes what processes that were killed within {@linkcode writeWholeFile} left in a folder that others write to at this
 * moment: files that nothing was written to for an hour, of processes that are gone. The processes of other machines and
 * containers cannot be seen from here; those write more often than that.
 */
export async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const writer = temporaryName.exec(name)?.[2];
    if (writer === undefined) continue;
    const path = join(folder, name), file = await stat(path).catch(() => undefined); // finished meanwhile
    if (file && isAbandoned(Number(writer), file.mtimeMs)) await rm(path, { force: true });
  }
}

/** In containers this process may have the number of the one that was killed there before it. */
function isAbandoned(writer: number, written: number): boolean {
  const now = Date.now(), started = now - 1000 * process.uptime();
  if (now - written < abandonedMilliseconds) return false;
  return writer === process.pid ? written < started : !isRunning(writer);
}

/** The error of a write, or one that says it better when it is that the disk is full. */
export function explainFullDisk(error: unknown, path: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== "ENOSPC") return error;
  const message =
    `Cannot write ${path} as there is no space left on the device; older files are whole`;
  return new Error(message, { cause: error });
}
