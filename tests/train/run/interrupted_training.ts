/**
 * `deno task train` that gets a signal (a real one, from itself) at an exact moment.
 *
 * usage: interrupted_training.ts SIGNAL TIMES MOMENT N ARGUMENTS, which are those of the command. The signal comes at
 * the Nth such moment. TIMES is `once`, or `twice`: then a second one comes, later than one that is taken for the same,
 * when half of the file is written that the first one has written, which will never be whole.
 */
import process from "node:process";
import { oneRequestMilliseconds } from "../../../train/terminal/interruption.ts";
import { hearMoments } from "./moments.ts";

const [signal, times, chosen, count] = Deno.args as [Deno.Signal, ...string[]];
let left = Number(count), isSent = false;

function send(): void {
  Deno.kill(Deno.pid, signal);
}

await hearMoments(async (moment) => {
  if (isSent && moment === "write" && times === "twice") {
    await new Promise((resolve) => setTimeout(resolve, 1.5 * oneRequestMilliseconds));
    send();
    await new Promise(() => {});
  }
  if (moment !== chosen || isSent || --left > 0) return;
  isSent = true;
  send();
});

process.argv.splice(2, 4);
await import("../../../train/commands/train.ts");
