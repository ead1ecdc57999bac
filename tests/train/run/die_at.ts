/** Trains until the process kills itself at an exact moment. */
import assert from "node:assert/strict";
import { runScript } from "./small_training.ts";

/** Runs `train` with these arguments until the `count`th such moment, of those that moments.ts lists. */
export async function dieAt(moment: string, count: number, ...args: string[]): Promise<void> {
  const { signal, stderr } = await runScript("dying_training", moment, String(count), ...args);
  assert.equal(signal, "SIGKILL", stderr);
}
