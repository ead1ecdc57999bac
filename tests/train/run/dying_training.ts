/**
 * `deno task train` that is killed (SIGKILL, by itself) at an exact moment.
 *
 * usage: dying_training.ts MOMENT N ARGUMENTS, which are those of the command. Dies at the Nth such moment.
 */
import process from "node:process";
import { hearMoments } from "./moments.ts";

const [deadly, count] = Deno.args;
let left = Number(count);

await hearMoments((moment) => {
  if (moment !== deadly || --left > 0) return;
  Deno.kill(Deno.pid, "SIGKILL");
  throw new Error("the process outlived SIGKILL");
});

process.argv.splice(2, 2);
await import("../../../train/commands/train.ts");
