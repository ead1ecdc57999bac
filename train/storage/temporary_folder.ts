/**
 * A process's temporary folder, which does not stay behind even when the process is killed: the next one that opens such
 * a folder removes those whose process is gone.
 *
 * @module
 */
import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for as long as a process has a use for it. */
export interface TemporaryFolder {
  readonly path: string;
  /** Removes it with all that is in it. */
  remove(): Promise<void>;
}

/** The file that a living process holds a lock on; the system gives the lock up with the process, however it ends. */
const lockName = ".lock";

/**
 * Makes a folder, and removes those of the same prefix that were left by processes that are gone.
 *
 * @param prefix What the folder's name begins with, as in "gliomap-worker-"; the same for all that are to be swept up.
 * @param parent Where it lies. @default the system's folder for temporary files
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stat } from "node:fs/promises";
 * const folder = await openTemporaryFolder("gliomap-example-");
 * assert.ok((await stat(folder.path)).isDirectory());
 * await folder.remove();
 * await assert.rejects(stat(folder.path));
 * ```
 */
export async function openTemporaryFolder(
  prefix: string,
  parent = tmpdir(),
): Promise<TemporaryFolder> {
  await removeAbandoned(prefix, parent);
  const path = await mkdtemp(join(parent, prefix)), lock = await createLock(path);
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true });
      lock.close();
    },
  };
}

/** Nobody sees the file before it is locked. */
async function createLock(path: string): Promise<Deno.FsFile> {
  const unlocked = join(path, `${lockName}.new`);
  const file = await Deno.open(unlocked, { write: true, createNew: true });
  await file.lock(true);
  await rename(unlocked, join(path, lockName));
  return file;
}

async function removeAbandoned(prefix: string, parent: string): Promise<void> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    const path = join(parent, name);
    // Another process's that may be, or is being made or removed, or of another user: none of ours to remove.
    const lock = await Deno.open(join(path, lockName), { write: true }).catch(() => undefined);
    if (!lock) continue;
    try {
      if (await lock.tryLock(true)) await rm(path, { recursive: true, force: true });
    } finally {
      lock.close();
    }
  }
}
