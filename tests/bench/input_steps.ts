/**
 * `deno task train` with a stop-watch: the time of its first step, then blocks of steps as it takes them, each
 * followed by a block of as many steps on the batch that lies ready.
 *
 * usage: input_steps.ts PAIRS STEPS ARGUMENTS, which are those of the command. Prints a line of JSON with the moment
 * of the first step in milliseconds since 1970, then one for each pair with the seconds of a step in both blocks, by
 * the clock and of processor time (all threads).
 */
import process from "node:process";
import * as tf from "@tensorflow/tfjs";
import { Trainer } from "../../train/fit/trainer.ts";
import type { Batch, IssuedStep } from "../../train/fit/training_step.ts";

const [pairs, steps] = Deno.args.map(Number);
/** Steps at the start of a block that do not count: their batches were made while the block before ran. */
const ahead = 2;

const { step } = Trainer.prototype;
let taken = 0, inBlock = 0, pairsDone = 0, epochUnderWay = 0, fullBatch = 0, block = startBlock();

/** Starts two watches; what it gives stops them and says what one of `steps` steps took. */
function startBlock(): () => { seconds: number; processorSeconds: number } {
  const started = performance.now(), cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return {
      seconds: (performance.now() - started) / 1e3 / steps,
      processorSeconds: (user + system) / 1e6 / steps,
    };
  };
}

async function stepsAlone(trainer: Trainer, batch: Batch, rest: [number, number]) {
  const stop = startBlock();
  for (let index = 0; index < steps; index++) {
    await step.call(trainer, batch, ...rest).loss();
  }
  return stop();
}

async function afterStep(trainer: Trainer, batch: Batch, rest: [number, number]) {
  if (taken === 0) {
    console.log(JSON.stringify({ firstStep: performance.timeOrigin + performance.now() }));
  }
  if (pairsDone === pairs) process.exit(0);
  fullBatch = Math.max(fullBatch, batch.image.shape[0]);
  const [epoch] = rest, isWhole = batch.image.shape[0] === fullBatch;
  // The first step of all compiles and allocates. A block has whole batches of one epoch.
  inBlock = taken++ && isWhole && epoch === epochUnderWay ? inBlock + 1 : 0;
  epochUnderWay = epoch;
  if (inBlock === ahead) block = startBlock();
  if (inBlock !== ahead + steps) return;
  inBlock = 0;
  const inEpoch = block();
  console.log(JSON.stringify({ inEpoch, alone: await stepsAlone(trainer, batch, rest) }));
  if (++pairsDone === pairs) process.exit(0);
}

Trainer.prototype.step = function (batch, epoch, steps, behind): IssuedStep {
  const kept = { image: tf.clone(batch.image), mask: tf.clone(batch.mask) };
  const issued = step.call(this, batch, epoch, steps, behind), lossOf = issued.loss.bind(issued);
  issued.loss = async () => {
    const loss = await lossOf();
    await afterStep(this, kept, [epoch, steps]);
    tf.dispose([kept.image, kept.mask]);
    return loss;
  };
  return issued;
};

process.argv.splice(2, 2);
await import("../../train/commands/train.ts");
