/**
 * `deno task train` whose weights, or their average alone, become others than those of the cluster's other processes.
 *
 * usage: spoiled_training.ts WHEN WHAT ARGUMENTS, which are those of the command. WHEN is `start`, before the first step,
 * or `step`, after it; WHAT is `network` or `average`.
 */
import process from "node:process";
import { Trainer } from "../../../train/fit/trainer.ts";

const [when, what] = Deno.args, { start } = Trainer, { step } = Trainer.prototype;

function spoil({ network, average }: Trainer): void {
  const { parameters } = what === "average" ? average! : network;
  const others = parameters.mul(1.001);
  parameters.assign(others as typeof parameters);
  others.dispose();
}

Trainer.start = async function (...input) {
  const trainer = await start.apply(this, input);
  if (when === "start") spoil(trainer);
  return trainer;
};
Trainer.prototype.step = function (...input) {
  const issued = step.apply(this, input);
  if (when === "step") spoil(this);
  Trainer.prototype.step = step;
  return issued;
};

process.argv.splice(2, 2);
await import("../../../train/commands/train.ts");
