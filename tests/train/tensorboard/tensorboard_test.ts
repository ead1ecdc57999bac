/** TensorBoard itself, as people start it, shows what a training wrote, stops and all. */
import assert from "node:assert/strict";
import { appendFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { firstStep, type FitProgress } from "../../../train/fit/fit.ts";
import { recipes } from "../../../train/fit/training_settings.ts";
import { TrainingEvents } from "../../../train/tensorboard/training_events.ts";
import { peersPython } from "../../bench/peers.ts";
import { testWithPeers } from "../../shared/python_peers.ts";
import { TextLineStream } from "../support/text_lines.ts";
import { withFolder } from "../support/temporary_folder.ts";

const settings = { ...recipes.best, epochs: 2, batchSize: 4 };
const slicesPerEpoch = 10, stepsPerEpoch = 3;

/** Losses that float32, which event files hold, has exactly; those of a training that went on are its own. */
const lossAt = (step: number, session: number) => step / 32 + session;

/** Writes steps of an epoch from `from.step` on, and what the epoch came to after its last. */
function train(folder: string, from: FitProgress, last: number, session: number): void {
  const events = new TrainingEvents(folder, settings, slicesPerEpoch, from), { epoch } = from;
  const before = (epoch - 1) * stepsPerEpoch;
  for (let step = from.step + 1; step <= last; step++) {
    events.onStep({ ...firstStep, epoch, step }, lossAt(before + step, session));
  }
  if (last === stepsPerEpoch) {
    const validation = { loss: 0.5, dice: new Map([["a", 0.25], ["b", NaN]]), meanDice: 0.25 };
    const result = { epoch, trainingLoss: 0.75, isBest: true, isLowest: true, slicesPerSecond: 8 };
    events.onEpoch({ ...result, validation });
  }
  events.close();
}

/** Starts TensorBoard on a folder of runs and asks it for data, until it has what is looked for. */
async function withTensorBoard(
  runs: string,
  use: (ask: (path: string) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const module = ["-m", "tensorboard.main", "--logdir", runs];
  const program = new Deno.Command(peersPython, {
    args: [...module, "--host", "127.0.0.1", "--port", "0", "--reload_interval", "1"],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const lines = program.stderr.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).values({ preventCancel: true });
  try {
    let address: string | undefined;
    for await (const line of lines) {
      address = /at (http:\/\/127\.0\.0\.1:\d+\/)/.exec(line)?.[1];
      if (address) break;
    }
    assert.ok(address, "TensorBoard did not start");
    await use(async (path) => await (await fetch(new URL(path, address))).json());
  } finally {
    program.kill("SIGTERM");
    await program.status;
    await lines.return?.();
  }
}

type Scalars = readonly (readonly [wallTime: number, step: number, value: number])[];

testWithPeers(
  "TensorBoard shows the figures of a run that was killed and went on, each step once",
  () =>
    withFolder(async (folder) => {
      const events = join(folder, "first/tensorboard"),
        run = encodeURIComponent("first/tensorboard");
      train(events, firstStep, 3, 0);
      // Two more steps, and half an event: killed. It goes on from a state after the first of them.
      train(events, { ...firstStep, epoch: 2 }, 2, 0);
      const newest = (await readdir(events)).sort().at(-1)!;
      await appendFile(join(events, newest), new Uint8Array(5));
      train(events, { ...firstStep, epoch: 2, step: 1 }, 3, 1);
      train(join(folder, "second/tensorboard"), firstStep, 3, 0);

      await withTensorBoard(folder, async (ask) => {
        const scalars = async (tag: string) =>
          (await ask(
            `data/plugin/scalars/scalars?run=${run}&tag=${encodeURIComponent(tag)}`,
          ) as Scalars)
            .map(([, step, value]) => [step, value]);
        let tags: Record<string, object> = {};
        for (let asked = 0; asked < 600; asked++) {
          tags = await ask("data/plugin/scalars/tags") as typeof tags;
          if (tags["second/tensorboard"] && (await scalars("training/loss")).length >= 6) break;
          await setTimeout(100); // It reads what is there bit by bit, once a second.
        }
        assert.deepEqual(Object.keys(tags).sort(), ["first/tensorboard", "second/tensorboard"]);
        assert.deepEqual(Object.keys(tags["first/tensorboard"]).sort(), [
          "dice_by_patient/a",
          "progress/epoch",
          "progress/learning_rate",
          "progress/slices_per_second",
          "training/loss",
          "training/loss_of_epoch",
          "validation/loss",
          "validation/mean_dice",
        ]);
        const expected = [0, 0, 0, 0, 1, 1].map((session, index) => [
          index + 1,
          lossAt(index + 1, session),
        ]);
        assert.deepEqual(await scalars("training/loss"), expected);
        assert.deepEqual(await scalars("validation/mean_dice"), [[3, 0.25], [6, 0.25]]);
      });
    }),
  "tensorboard.main",
);
