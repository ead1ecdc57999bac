/**
 * `deno task train` that is killed (SIGKILL, by itself) at an exact moment.
 *
 * usage: dying_training.ts MOMENT N ARGUMENTS, which are those of the command. Dies at the Nth such moment; of moments
 * `step`, within the step: TensorFlow does it as one operation, in which this program does nothing, so another process
 * kills it then.
 */
import process from "node:process";
import { hearMoments } from "./moments.ts";

const [deadly, count] = Deno.args;
let left = Number(count);

let isDying = false;

await hearMoments((moment) => {
  if (moment === deadly && --left === 0) {
    isDying = true;
    if (moment !== "step") Deno.kill(Deno.pid, "SIGKILL");
    else new Deno.Command("kill", { args: ["-9", String(Deno.pid)] }).spawn();
  }
  if (!isDying || moment === "step") return;
  // A step that is done sooner waits here: nothing comes after it.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  throw new Error("the process outlived SIGKILL");
});

process.argv.splice(2, 2);
await import("../../../train/commands/train.ts");
