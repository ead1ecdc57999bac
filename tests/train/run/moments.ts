/** Exact moments of a training that runs in this process, which nobody could hit from outside. */
import { open } from "node:fs/promises";
import { Adam } from "../../../train/fit/adam.ts";
import { Network } from "../../../train/network/network.ts";

/**
 * `step`: between a step's gradient and its update; `write`: when half of a file of the run is written; `sync`: when
 * all of it is, but not under its name yet; `named`: when it has its name; `validation`: before a batch of the validation patients is computed.
 */
export type Moment = "step" | "write" | "sync" | "named" | "validation";

/** Calls `hear` at every such moment; files wait for what it returns. */
export async function hearMoments(hear: (moment: Moment) => Promise<void> | void): Promise<void> {
  const { move } = Adam.prototype, { probability } = Network.prototype;
  Adam.prototype.move = function (...input) {
    hear("step");
    return move.apply(this, input);
  };
  Network.prototype.probability = function (...input) {
    hear("validation");
    return probability.apply(this, input);
  };
  const someFile = await open(import.meta.filename!);
  const fileHandle = Object.getPrototypeOf(someFile);
  await someFile.close();
  const { writeFile, sync } = fileHandle;
  fileHandle.writeFile = async function (content: Uint8Array | string) {
    const half = Math.floor(content.length / 2);
    await writeFile.call(this, content.slice(0, half));
    await hear("write");
    return await writeFile.call(this, content.slice(half));
  };
  fileHandle.sync = async function () {
    // A folder is synced when the file has its name.
    await hear((await this.stat()).isFile() ? "sync" : "named");
    return await sync.call(this);
  };
}
