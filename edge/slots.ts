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

/** A fixed number of slots. */
export interface Slots {
  /**
   * @returns Gives the slot back, however often it is called.
   * @throws {QueueFullError} when all are taken.
   */
  take(): () => void;
  readonly taken: number;
}

/**
 * Makes a fixed number of slots; nobody waits for one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const slots = createSlots({ size: 1, rule: "at most 1 may be held", retryAfter: 2 });
 * const release = slots.take();
 * assert.throws(() => slots.take(), /at most 1 may be held: try again in 2 s/);
 * release();
 * slots.take();
 * assert.equal(slots.taken, 1);
 * ```
 */
export function createSlots({ size, rule, retryAfter }: SlotOptions): Slots {
  let taken = 0;
  return {
    get taken() {
      return taken;
    },
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
