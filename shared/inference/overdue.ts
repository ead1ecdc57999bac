/**
 * Threads that were ended in the middle of something, and still go on with it.
 *
 * @module
 */

/** How long a thread may go on until it is taken to hang, in milliseconds. */
const hangs = 60_000;

/** Counts such threads, so that they cannot become any number. */
export interface Overdue {
  readonly count: number;
  /** Whether there are more than may be: no thread may start in another's place. */
  readonly full: boolean;
  /** Whether it is full of threads that seem to hang, which nothing but a new process is rid of. */
  readonly stuck: boolean;
  /** Counts a thread until the promise resolves. */
  add(gone: Promise<void>): void;
  /** Resolves once it is not full. */
  room(): Promise<void>;
}

/**
 * Makes a counter for threads that `terminate()` does not interrupt. Deno (2.8 and 2.9, not 2.5) lets a terminated worker
 * finish what it does, be it an endless loop: its core and its memory are gone until then, and whoever starts another
 * each time soon has none left.
 *
 * @param most While as many go on, others may start in their place.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const overdue = createOverdue(0);
 * const gone = new Promise<void>((resolve) => setTimeout(resolve));
 * overdue.add(gone);
 * assert.ok(overdue.full && !overdue.stuck);
 * await overdue.room();
 * assert.equal(overdue.count, 0);
 * ```
 */
export function createOverdue(most: number): Overdue {
  const threads = new Map<Promise<void>, number>();

  return {
    get count() {
      return threads.size;
    },
    get full() {
      return threads.size > most;
    },
    get stuck() {
      const before = performance.now() - hangs;
      return [...threads.values()].filter((since) => since < before).length > most;
    },
    add(gone) {
      threads.set(gone, performance.now());
      void gone.then(() => threads.delete(gone));
    },
    async room() {
      while (this.full) await Promise.race(threads.keys());
    },
  };
}
