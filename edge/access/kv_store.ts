/**
 * Counts of limits in Deno KV, which many instances of the edge share where a platform has it, or several processes on
 * one machine by a file.
 *
 * @module
 */

import { messageOf } from "../message_of.ts";
import type { Count, LimitStore } from "./limit_store.ts";

/** How often a file that is locked is tried. */
const maxTries = 100;

interface Window {
  readonly count: number;
  /** Milliseconds since 1970, as instances share no other clock. */
  readonly end: number;
}

/**
 * Opens Deno KV; needs `--unstable-kv`.
 *
 * @param path A file; absent: the platform's own.
 * @param now The time in milliseconds since 1970. Where it goes back, no window is over later than a whole one from then.
 * @throws {Error} when there is no Deno KV here, or the file cannot be opened.
 */
export async function openKvStore(
  path?: string,
  now: () => number = Date.now,
): Promise<LimitStore & Disposable> {
  if (typeof Deno.openKv !== "function") {
    throw new Error("Cannot count requests in Deno KV as there is none: run with --unstable-kv");
  }
  const kv = await Deno.openKv(path);

  /** Counts one more; undefined where somebody else counted meanwhile. */
  async function tryAdd(name: string, windowMs: number): Promise<Count | undefined> {
    const key = ["gliomap", "requests", name];
    const entry = await kv.get<Window>(key), time = now(), latest = time + windowMs;
    const count = entry.value && entry.value.end > time ? entry.value.count : 0;
    const end = count > 0 ? Math.min(entry.value!.end, latest) : latest;
    const endsIn = end - time, window: Window = { count: count + 1, end };
    const { ok } = await kv.atomic().check(entry).set(key, window, { expireIn: endsIn }).commit();
    return ok ? { count: window.count, endsIn } : undefined;
  }

  async function add(name: string, windowMs: number): Promise<Count> {
    for (let tries = 1;; tries++) {
      try {
        const count = await tryAdd(name, windowMs);
        if (count) return count;
      } catch (error) {
        // Another process writes to the same file.
        if (tries === maxTries || !/database is locked/.test(messageOf(error))) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
    }
  }

  // One after the other, so that only other instances are in the way.
  let last: Promise<unknown> = Promise.resolve();
  return {
    add(name, windowMs) {
      const count = last.then(() => add(name, windowMs));
      last = count.catch(() => {});
      return count;
    },
    [Symbol.dispose]: () => kv.close(),
  };
}
