/**
 * Folders that commands write to.
 *
 * @module
 */
import { mkdir } from "node:fs/promises";

/**
 * Makes a folder and those above it, where they are missing.
 *
 * @returns Whether it was missing.
 * @throws {Error} naming the folder, when a file is in its place or in that of one above it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * await assert.rejects(makeFolder("LICENSE"), /LICENSE as it must be a folder/);
 * ```
 */
export async function makeFolder(folder: string): Promise<boolean> {
  try {
    return await mkdir(folder, { recursive: true }) !== undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST" && code !== "ENOTDIR") throw error;
    throw new Error(
      `Cannot write to ${folder} as it must be a folder: it, or one of those above it, is a file`,
      { cause: error },
    );
  }
}
