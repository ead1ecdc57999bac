/**
 * `deno task train` that writes on its error stream how many slices each step learns from (`{"learned":4}`) and each
 * batch of the validation measures (`{"measured":4}`) in this process.
 */
import { Trainer } from "../../../train/fit/trainer.ts";
import { Network } from "../../../train/network/network.ts";

const { step } = Trainer.prototype, { probability } = Network.prototype;
Trainer.prototype.step = function (...input) {
  console.error(JSON.stringify({ learned: input[0].image.shape[0] }));
  return step.apply(this, input);
};
Network.prototype.probability = function (...input) {
  console.error(JSON.stringify({ measured: input[0].shape[0] }));
  return probability.apply(this, input);
};

await import("../../../train/commands/train.ts");
