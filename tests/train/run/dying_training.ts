/**
 * `deno task train` that is killed (SIGKILL, by itself) at an exact moment, which nobody could hit from outside.
 *
 * usage: dying_training.ts MOMENT N ARGUMENTS, which are those of the command. Dies at the Nth of these:
 * `step`: between a step's gradient and its update; `write`: when half of a file of the run is written; `sync`: when
 * all of it is, but not under its name yet; `validation`: between two slices of the look at the validation patients.
 */
import { open } from "node:fs/promises";
import process from "node:process";
import { Adam } from "../../../train/fit/adam.ts";
import { Network } from "../../../train/network/network.ts";

const [moment, count] = Deno.args;
let left = Number(count);

/** Whether this is the call to die at. */
function isTime(here: string): boolean {
  return here === moment && --left === 0;
}

function die(): never {
  Deno.kill(Deno.pid, "SIGKILL");
  throw new Error("the process outlived SIGKILL");
}

const { move } = Adam.prototype;
Adam.prototype.move = function (...input) {
  if (isTime("step")) die();
  return move.apply(this, input);
};

const { probability } = Network.prototype;
Network.prototype.probability = function (...input) {
  if (isTime("validation")) die();
  return probability.apply(this, input);
};

const someFile = await open(import.meta.filename!);
const fileHandle = Object.getPrototypeOf(someFile);
await someFile.close();
const { writeFile, sync } = fileHandle;
fileHandle.writeFile = async function (content: Uint8Array | string) {
  if (!isTime("write")) return await writeFile.call(this, content);
  await writeFile.call(this, content.slice(0, content.length / 2));
  die();
};
fileHandle.sync = async function () {
  // A folder is synced when the file has its name.
  if ((await this.stat()).isFile() && isTime("sync")) die();
  return await sync.call(this);
};

process.argv.splice(2, 2);
await import("../../../train/commands/train.ts");
