/**
 * `deno task train` with a stop-watch: the time of its first step, then whole epochs as it takes them, from the end of
 * what comes after the epoch before to the loss of the last step, each followed by as many steps on batches of the same
 * sizes that lie ready.
 *
 * usage: input_steps.ts PAIRS ARGUMENTS, which are those of the command. Prints a line of JSON with the moment of the
 * first step in milliseconds since 1970, then one for each pair with the seconds of a step in both, by the clock and of
 * processor time (all threads; that of an epoch's first batches is the validation's, as they are made meanwhile).
 */
import process from "node:process";
import * as tf from "@tensorflow/tfjs";
import { Trainer } from "../../train/fit/trainer.ts";
import type { IssuedStep } from "../../train/fit/training_step.ts";
import type { Batch } from "../../train/fit/upload_batch.ts";
import { RunRecorder } from "../../train/run/run_recorder.ts";

const pairs = Number(Deno.args[0]);

/** A watch: what it gives says how long it has been going. */
function startWatch(): () => { seconds: number; processorSeconds: number } {
  const started = performance.now(), cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return {
      seconds: (performance.now() - started) / 1e3,
      processorSeconds: (user + system) / 1e6,
    };
  };
}

/** A batch of each size that there is. */
const kept = new Map<number, Batch>();
/** Sizes of the epoch's batches. */
let sizes: number[] = [];
let epochs = 0, watch = startWatch(), lastStep = watch();
let stepOnKept: (batch: Batch) => IssuedStep;

const { step } = Trainer.prototype, { saveEpoch } = RunRecorder.prototype;

Trainer.prototype.step = function (batch, epoch, steps, behind): IssuedStep {
  const [size] = batch.image.shape, isFirst = epochs === 0 && sizes.length === 0;
  if (!kept.has(size)) {
    kept.set(size, { image: tf.clone(batch.image), mask: tf.clone(batch.mask) });
  }
  sizes.push(size);
  stepOnKept = (batch) => step.call(this, batch, epoch, steps);
  const issued = step.call(this, batch, epoch, steps, behind), lossOf = issued.loss.bind(issued);
  issued.loss = async () => {
    const loss = await lossOf();
    lastStep = watch();
    if (isFirst) {
      console.log(JSON.stringify({ firstStep: performance.timeOrigin + performance.now() }));
      if (pairs === 0) process.exit(0);
    }
    return loss;
  };
  return issued;
};

async function stepsAlone() {
  const watch = startWatch();
  for (const size of sizes) await stepOnKept(kept.get(size)!).loss();
  return watch();
}

function ofAStep({ seconds, processorSeconds }: ReturnType<typeof watch>) {
  return {
    seconds: seconds / sizes.length,
    processorSeconds: processorSeconds / sizes.length,
  };
}

// The last thing that a run does between two epochs.
RunRecorder.prototype.saveEpoch = async function (result, progress) {
  const inEpoch = lastStep;
  await saveEpoch.call(this, result, progress);
  // The first epoch compiles and allocates.
  if (epochs++ > 0) {
    const pair = { inEpoch: ofAStep(inEpoch), alone: ofAStep(await stepsAlone()) };
    console.log(JSON.stringify(pair));
  }
  if (epochs > pairs) process.exit(0);
  sizes = [];
  watch = startWatch();
};

process.argv.splice(2, 1);
await import("../../train/commands/train.ts");
