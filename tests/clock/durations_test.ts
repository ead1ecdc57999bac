/** Nothing is timed by the clock on the wall. */

import assert from "node:assert/strict";
import { root } from "../train/support/run_command.ts";

/** Who asks what time it is, and why. */
const askers = {
  "edge/access/kv_store.ts": "instances of a server share no other clock, and it may jump",
  "edge/client_retry.ts": "a server may say a date, of which no more than a minute is waited for",
  "train/storage/write_whole_file.ts": "how long ago a file was written to, the file system says",
  "train/tensorboard/event_file.ts": "TensorBoard shows when something was",
};

Deno.test("Date.now() is asked by nobody who measures durations or waits", async () => {
  const { stdout } = await new Deno.Command("git", {
    args: ["grep", "-l", "Date\\.now", "--", "edge/*.ts", "train/*.ts", "shared/*.ts"],
    cwd: root,
  }).output();
  const found = new TextDecoder().decode(stdout).trim().split("\n");
  assert.deepEqual(found.sort(), Object.keys(askers).sort());
});
