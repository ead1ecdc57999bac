/** A test that waits for a line of a process which ends before hears of it. */
import assert from "node:assert/strict";
import { killAll, startModule } from "./processes.ts";

Deno.test("startModule tells whoever waits for a line what a process said that ended without it", async () => {
  const process = startModule({}, "tests/train/cluster/no_such_module.ts");
  try {
    const said = /^Error: the process never printed epoch 1, but error: Module not found/;
    await assert.rejects(process.printed("epoch 1"), said);
  } finally {
    await killAll([process]);
  }
});
