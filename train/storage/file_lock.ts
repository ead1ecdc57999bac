/**
 * A lock that one process has at a time, and that ends with the process, however that ends.
 *
 * @module
 */
import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import process from "node:process";

/** A lock that is held. */
export interface FileLock {
  /** Gives it up, and removes its file. */
  release(): Promise<void>;
}

/** What became of asking for a lock: who has it, when it is another process; why it is not to be had anywhere. */
export type LockAttempt = { lock: FileLock } | { heldBy: string } | { lack: string };

/**
 * Asks for a lock. The system gives it up with the process that holds it, killed or not, and with the power; the file
 * that stays behind then is no lock, and the next to ask takes it over.
 *
 * @param path The lock's file, in a folder that is there.
 * @returns The lock; or the process that holds it, as "process 17 on node0"; or why this file system has no locks.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readdir } from "node:fs/promises";
 * const folder = await Deno.makeTempDir(), first = await lockFile(`${folder}/.lock`);
 * assert.ok("lock" in first);
 * assert.ok("heldBy" in await lockFile(`${folder}/.lock`));
 * await first.lock.release();
 * assert.deepEqual(await readdir(folder), []);
 * await Deno.remove(folder);
 * ```
 */
export async function lockFile(path: string): Promise<LockAttempt> {
  while (true) {
    const file = await Deno.open(path, { read: true, write: true, create: true });
    try {
      if (!await file.tryLock(true)) return closing(file, { heldBy: await holderOf(path) });
    } catch (error) {
      return closing(file, { lack: (error as Error).message });
    }
    // Whoever held it may have removed the file since it was opened; a lock on that one would be nobody's.
    if (await isAt(file, path)) return { lock: await hold(file, path) };
    file.close();
  }
}

function closing<T>(file: Deno.FsFile, result: T): T {
  file.close();
  return result;
}

async function hold(file: Deno.FsFile, path: string): Promise<FileLock> {
  await file.truncate();
  await file.write(new TextEncoder().encode(`process ${process.pid} on ${hostname()}`));
  return {
    async release() {
      try {
        if (await isAt(file, path)) await rm(path);
      } finally {
        file.close();
      }
    },
  };
}

/** Empty for a moment after the lock was taken. */
async function holderOf(path: string): Promise<string> {
  return await Deno.readTextFile(path).catch(() => "") || "another process";
}

async function isAt(file: Deno.FsFile, path: string): Promise<boolean> {
  const there = await Deno.stat(path).catch(() => undefined), own = await file.stat();
  return there !== undefined && there.ino === own.ino && there.dev === own.dev;
}
