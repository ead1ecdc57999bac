/** Trains until the process kills itself at an exact moment. */
import assert from "node:assert/strict";
import { commandEnvironment, root } from "../support/run_command.ts";

/** Runs `train` with these arguments until the `count`th such moment, which dying_training.ts lists. */
export async function dieAt(moment: string, count: number, ...args: string[]): Promise<void> {
  const script = "tests/train/run/dying_training.ts";
  const { signal, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", script, moment, String(count), ...args],
    cwd: root,
    env: commandEnvironment,
  }).output();
  assert.equal(signal, "SIGKILL", new TextDecoder().decode(stderr));
}
