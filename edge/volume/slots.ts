/**
 * How many large things may be held at once.
 *
 * @module
 */

import { QueueFullError } from "../../shared/inference/pool_error.ts";

/** Seconds after which a volume that is being worked on may be done. */
const retryAfter = 10;

/**
 * Makes a fixed number of slots; nobody waits for one.
 *
 * @returns `take()` gives a function that gives the slot back, however often it is called, or throws a
 * {@linkcode QueueFullError}.
 */
export function createSlots(size: number): { take(): () => void } {
  let taken = 0;
  return {
    take() {
      if (taken >= size) {
        throw new QueueFullError(`at most ${size} volumes may be segmented at once`, retryAfter);
      }
      taken++;
      let held = true;
      return () => {
        if (held) taken--;
        held = false;
      };
    },
  };
}
