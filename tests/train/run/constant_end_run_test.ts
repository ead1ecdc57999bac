/** A run with epochs at a constant rate at its end, through the command line: stopped around their beginning, and told of. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readRun } from "../../../train/run/run_record.ts";
import { loadTrainingState } from "../../../train/run/training_state.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { dieAt } from "./die_at.ts";
import { figures, finish, ignore, options, runScript, wholeRun } from "./small_training.ts";

/** Two steps an epoch: the first two epochs along one cycle, the other two at a constant rate. */
const given = [...options, ...["--constant-epochs", "2", "--constant-average", "0.9"]];

/** Where a run's state is, and whether the constant end has begun there. */
async function placeOf(run: string) {
  const { progress: { epoch, step }, trainer } = (await loadTrainingState(run, assert.fail))!;
  return [epoch, step, trainer.optimizer.steps, trainer.inConstantEnd];
}

/** In the run's record and on its page. */
async function assertTold(run: string): Promise<void> {
  const { config: { settings } } = await readRun(run);
  assert.equal(settings.epochs, 4);
  const constantEnd = { epochs: 2, learningRate: 2e-3, averageDecay: 0.9 };
  assert.deepEqual(settings.constantEnd, constantEnd);
  const html = await readFile(join(run, "report.html"), "utf8");
  for (const line of ["epochs: 2", "learning rate: 0.002", "average decay: 0.9"]) {
    const [name, value] = line.split(": ");
    assert.match(html, new RegExp(`constant end: ${name}\\s*<td>${value}\\b`));
  }
}

Deno.test({
  name:
    "train --constant-epochs, stopped by kill -9 and Ctrl-C around their beginning, equals an uninterrupted run and tells of them",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { data, expected } = await wholeRun(given), run = join(folder, "run");
      assert.equal(expected.epochs.length, 4);
      const plain = (await wholeRun()).expected;
      assert.notDeepEqual(expected.losses.slice(2, 4), plain.losses.slice(2, 4), "another cycle");

      // In the second epoch, then in the first step of the third, whose weights are begun with anew each time.
      await dieAt("step", 4, "--data", data, "--out", run, ...given);
      assert.deepEqual(await placeOf(run), [2, 0, 2, false]);
      await dieAt("step", 3, "--resume", run);
      assert.deepEqual(await placeOf(run), [3, 0, 4, false]);
      await dieAt("step", 1, "--resume", run);
      assert.deepEqual(await placeOf(run), [3, 0, 4, false]);

      // Saved once they have begun.
      const interrupted = ["interrupted_training", "SIGINT", "once", "step", "1"] as const;
      const { code, stderr } = await runScript(...interrupted, "--resume", run);
      assert.equal(code, 130, stderr);
      const [epoch, step, steps, begun] = await placeOf(run);
      assert.deepEqual([epoch, step, begun], [3, steps, true]);

      await finish(run);
      assert.deepEqual(await figures(run), expected);
      await assertTold(run);
    }),
});
