/** What becomes of a process of a cluster that has lost another one. */
import assert from "node:assert/strict";
import type { Ending } from "./processes.ts";

/** Everyone has to be gone by then. */
export const secondsAllowed = 30;

/**
 * Makes sure that a process ended with an error, and soon.
 *
 * @param since When the others were lost, in milliseconds of `performance.now()`.
 * @param message The last line that it said.
 */
export function assertStopped(ending: Ending, since: number, message: RegExp): void {
  assert.equal(ending.code, 1, ending.stderr);
  assert.match(ending.stderr.trimEnd().split("\n").at(-1)!, message);
  const seconds = (ending.time - since) / 1000;
  assert.ok(seconds < secondsAllowed, `the process ended after ${seconds} s`);
}
