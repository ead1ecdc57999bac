/** Exact moments of a training that runs in this process, which nobody could hit from outside. */
import { open } from "node:fs/promises";
import { Trainer } from "../../../train/fit/trainer.ts";
import { Network } from "../../../train/network/network.ts";

/**
 * `step`: before the engine is told of a step; `told`: when it has been, and may be at it yet; `write`: when half of a
 * file of the run is written; `sync`: when all of it is, but not under its name yet; `named`: when it has its name;
 * `validation`: before a batch of the validation patients is computed.
 */
export type Moment = "step" | "told" | "write" | "sync" | "named" | "validation";

/** Calls `hear` at every such moment; files wait for what it returns. */
export async function hearMoments(hear: (moment: Moment) => Promise<void> | void): Promise<void> {
  const { step } = Trainer.prototype, { probability } = Network.prototype;
  Trainer.prototype.step = function (...input) {
    hear("step");
    const issued = step.apply(this, input);
    hear("told");
    return issued;
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
