/**
 * A run's files in the object store: there while a task needs them, and not longer, so that a store holds a few patients
 * of a cohort of any size.
 *
 * @module
 */
import type { Queue } from "./connection.ts";
import type { InputFile } from "./protocol.ts";
import { whenServerIsThere } from "./server_away.ts";
import { removeObject, uploadInput } from "./transfer.ts";

/** Puts files into the store and takes them out. */
export interface Uploads {
  /** Sees that files are in the store. */
  take(paths: readonly string[]): Promise<InputFile[]>;
  /** Removes those that nobody else has taken. */
  release(paths: readonly string[]): Promise<void>;
}

/**
 * Makes the uploads of one run. A file is sent once, however many tasks have taken it, and removed when the last of
 * them has released it.
 *
 * @param run Begins the names of its files in the store.
 */
export function createUploads(
  { connection, store }: Pick<Queue, "connection" | "store">,
  run: string,
): Uploads {
  const users = new Map<string, number>(), objects = new Map<string, InputFile>();
  let last: Promise<unknown> = Promise.resolve();

  // One file after the other: each is in memory on its way, and none must go while another task asks for it.
  function inTurn<T>(action: () => Promise<T>): Promise<T> {
    const start = () => whenServerIsThere(connection, action), next = last.then(start, start);
    last = next;
    return next;
  }

  function take(path: string): Promise<InputFile> {
    users.set(path, (users.get(path) ?? 0) + 1);
    return inTurn(async () => {
      const input = objects.get(path) ?? await uploadInput(store, run, path);
      objects.set(path, input);
      return input;
    });
  }

  async function release(path: string): Promise<void> {
    users.set(path, users.get(path)! - 1);
    await inTurn(async () => {
      const input = objects.get(path);
      if (!input || users.get(path)! > 0) return;
      objects.delete(path);
      await removeObject(store, input.object);
    });
  }

  return {
    take: (paths) => Promise.all(paths.map(take)),
    release: async (paths) => void await Promise.all(paths.map(release)),
  };
}
