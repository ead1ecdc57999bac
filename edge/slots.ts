/**
 * How many things may be held at once.
 *
 * @module
 */

import { QueueFullError } from "../shared/inference/pool_error.ts";

/** What there is a fixed number of. */
export interface SlotOptions {
  readonly size: number;
  /** What is full, as in "at most 2 volumes may be segmented at once". */
  readonly rule: string;
  /** Seconds after which one of them may be free. */
  readonly retryAfter: number;
}

/**
 * Makes a fixed number of slots; nobody waits for one.
 *
 * @returns `take()` gives a function that gives the slot back, however often it is called, or throws a
 * {@linkcode QueueFullError}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const slots = createSlots({ size: 1, rule: "at most 1 may be held", retryAfter: 2 });
 * const release = slots.take();
 * assert.throws(() => slots.take(), /at most 1 may be held: try again in 2 s/);
 * release();
 * slots.take();
 * ```
 */
export function createSlots({ size, rule, retryAfter }: SlotOptions): { take(): () => void } {
  let taken = 0;
  return {
    take() {
      if (taken >= size) throw new QueueFullError(rule, retryAfter);
      taken++;
      let held = true;
      return () => {
        if (held) taken--;
        held = false;
      };
    },
  };
}
