/**
 * Only one process at a time writes a run. (Of a cluster that is the first one; the others only read.)
 *
 * @module
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type FileLock, lockFile } from "../storage/file_lock.ts";
import { runFiles } from "./run_folder.ts";

/** Where there are no locks, as on some network file systems, a run is still trained. */
const noLock: FileLock = { release: () => Promise.resolve() };

/** Keeps a run from all other processes. */
async function lockRun(run: string, log: (line: string) => void): Promise<FileLock> {
  const path = join(run, runFiles.lock), attempt = await lockFile(path);
  if ("lock" in attempt) return attempt.lock;
  if ("heldBy" in attempt) {
    throw new Error(
      `Cannot train ${run} as one process at a time may: it is being trained by ${attempt.heldBy} ` +
        `(should that be a lost machine whose lock a file server still keeps: remove ${path})`,
    );
  }
  await rm(path, { force: true });
  log(
    `${run} cannot be locked (${attempt.lack}): nothing keeps a second process from training it too`,
  );
  return noLock;
}

/**
 * Does the work while no other process can train the run.
 *
 * @throws {Error} when another process trains it.
 */
export async function whileLocked<T>(
  run: string,
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const lock = await lockRun(run, log);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/**
 * Whether a process trains the run now, this one or another; undefined where that is not known, since its file system
 * has no locks.
 *
 * @throws {Error} when there is no run.
 */
export async function isBeingTrained(run: string): Promise<boolean | undefined> {
  // Without a lock's file nobody holds it; the settings then tell whether there could be one.
  const file = await Deno.open(join(run, runFiles.lock)).catch(() =>
    Deno.open(join(run, runFiles.config))
  );
  try {
    // Shared, so that several can look at a time.
    return !await file.tryLock(false);
  } catch {
    return undefined;
  } finally {
    file.close();
  }
}

/** Removes a run with all that it holds, unless another process trains it. */
export async function removeRun(run: string, log: (line: string) => void): Promise<void> {
  await mkdir(run, { recursive: true });
  await whileLocked(run, log, () => rm(run, { recursive: true }));
}
