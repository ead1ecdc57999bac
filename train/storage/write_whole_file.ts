/**
 * Files that are there whole or not at all, even when the power goes in between.
 *
 * @module
 */
import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import process from "node:process";

/**
 * Writes a file under a temporary name, waits until the disk has it, and only then gives it its name. Who
 * reads the file meanwhile gets the one before. When writing fails, as on a full disk, the file before stays.
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
  } catch (error) {
    await rm(temporary, { force: true });
    throw explainFullDisk(error, path);
  }
}

/** The file that a process was killed at writing, by the name of what it left; undefined where that is another file. */
export function isUnfinished(name: string): string | undefined {
  return /^\.(.+)\.\d+\.tmp$/.exec(name)?.[1];
}

/** Removes what processes that were killed within {@linkcode writeWholeFile} left in a folder. */
export async function removeUnfinished(folder: string): Promise<void> {
  const unfinished = (await readdir(folder)).filter(isUnfinished);
  for (const file of unfinished) await rm(join(folder, file), { force: true });
}

/** The error of a write, or one that says it better when it is that the disk is full. */
export function explainFullDisk(error: unknown, path: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== "ENOSPC") return error;
  const message =
    `Cannot write ${path} as there is no space left on the device; older files are whole`;
  return new Error(message, { cause: error });
}
