/** A run whose best checkpoint the disk damages goes on with what there is, and says so before it trains. */
import assert from "node:assert/strict";
import { cp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { previewRun } from "../../../train/export/export_run.ts";
import { readCheckpoint } from "../../../train/run/checkpoint.ts";
import { readRun } from "../../../train/run/run_record.ts";
import { runFiles } from "../../../train/run/run_folder.ts";
import { trainWell } from "../cluster/processes.ts";
import { runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { dieAt } from "./die_at.ts";
import { figures, finish, ignore, options, wholeRun } from "./small_training.ts";

const epochs = 6;

/** At this rate the validation loss rises as often as it falls. */
const bad = [
  ...options,
  "--recipe",
  "reference",
  "--learning-rate",
  "0.1",
  "--epochs",
  `${epochs}`,
];

/** A run that was never stopped, and how to begin one that is. */
async function planBadly() {
  const { data, expected } = await wholeRun(bad);
  const losses = expected.epochs.map(({ validationLoss }) => validationLoss!);
  const begin = (run: string) => ["--data", data, "--out", run, ...bad];
  return { expected, losses, begin };
}

/** The epoch with the lowest of the losses from epoch `from` on, to epoch `to`. */
function lowestOf(losses: readonly number[], from = 1, to = losses.length): number {
  const those = losses.slice(from - 1, to);
  return from + those.indexOf(Math.min(...those));
}

/** The first epoch that is not the best so far. */
function firstWorse(losses: readonly number[]): number {
  const worse = losses.findIndex((_, index) => lowestOf(losses, 1, index + 1) <= index) + 1;
  assert.ok(worse > 0 && worse < losses.length, `a loss must rise before the last: ${losses}`);
  return worse;
}

/** Kills a run within the first step after an epoch, of which each has two. */
async function killAfter(epoch: number, ...args: string[]): Promise<void> {
  await dieAt("step", 2 * epoch + 1, ...args);
}

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length / 2 | 0] ^= 1;
  await writeFile(path, bytes);
}

async function cutShort(path: string): Promise<void> {
  await truncate(path, (await stat(path)).size - 4);
}

/** Makes sure that a run is finished, with the weights of this epoch as its result. */
async function assertResult(run: string, epoch: number): Promise<void> {
  const { metrics } = await readRun(run);
  assert.deepEqual([metrics.epochs.length, metrics.bestEpoch], [epochs, epoch]);
  const { figures } = await readCheckpoint(join(run, runFiles.best));
  assert.equal(figures.epoch, epoch);
  assert.equal(figures.validationLoss, metrics.epochs[epoch - 1].validationLoss);
  const evaluation = JSON.parse(await readFile(join(run, "evaluation.json"), "utf8"));
  assert.equal(evaluation.epoch, epoch);
}

Deno.test({
  name: "train --resume names a damaged best checkpoint; the newest takes its place, or the next",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { losses, begin } = await planBadly();
      const killed = join(folder, "killed"), worse = firstWorse(losses);
      const lost = lowestOf(losses, 1, worse);
      await killAfter(worse, ...begin(killed));
      const copy = async (name: string) => {
        const run = join(folder, name);
        await cp(killed, run, { recursive: true });
        return { run, best: join(run, runFiles.best), last: join(run, runFiles.last) };
      };
      const told =
        `the weights of epoch ${lost}, the result so far, are lost: it is looked for anew`;

      const flipped = await copy("flipped");
      await flipByte(flipped.best);
      const stdout = await finish(flipped.run);
      const line =
        `Cannot read the checkpoint ${flipped.best}: its checksum does not fit its content; ` +
        `last.safetensors takes its place: ${told} from epoch ${worse} on\n`;
      const place = stdout.indexOf(line);
      assert.ok(place >= 0 && place < stdout.indexOf("Going on with"), stdout);
      await assertResult(flipped.run, lowestOf(losses, worse));
      const report = await readFile(join(flipped.run, "report.html"), "utf8");
      const result = lowestOf(losses) < worse
        ? ` since the weights of epoch ${lost} were lost`
        : "";
      assert.ok(report.includes(`the best by validation loss${result}.`), result);
      const { card } = await previewRun(flipped.run), { recipe } = card.training;
      assert.ok(recipe.endsWith(`checkpoint with the lowest validation loss${result}`), recipe);

      // The record of the result, the state and the checkpoint are written in turn.
      const again = await copy("again");
      await flipByte(again.best);
      for (const file of [2, 3]) await dieAt("sync", file, "--resume", again.run);
      const repeated = await finish(again.run);
      assert.ok(repeated.includes(`it holds the same weights, of epoch ${worse}\n`), repeated);
      assert.deepEqual(await figures(again.run), await figures(flipped.run));

      const both = await copy("both");
      for (const file of [both.best, both.last]) await cutShort(file);
      const next = await finish(both.run);
      assert.match(next, /best\.safetensors: .* must end with the file/);
      assert.ok(next.includes(`; ${told} from epoch ${worse + 1} on\n`), next);
      await assertResult(both.run, lowestOf(losses, worse + 1));

      const several = await copy("several");
      await cutShort(several.best);
      const [first, second] = await trainWell(2, ["--resume", several.run]);
      assert.ok(first.stdout.includes(`${told} from epoch ${worse} on\n`), first.stdout);
      assert.ok(!second.stdout.includes(told), second.stdout);
      const { metrics } = await readRun(several.run);
      const inSeveral = metrics.epochs.map(({ validationLoss }) => validationLoss!);
      await assertResult(several.run, lowestOf(inSeveral, worse));
    }),
});

Deno.test({
  name:
    "train --resume equals an uninterrupted run where the damaged best checkpoint is the newest",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { expected, begin } = await planBadly(), run = join(folder, "run");
      await killAfter(1, ...begin(run));
      await cutShort(join(run, runFiles.best));
      const stdout = await finish(run);
      const told = "last.safetensors takes its place: it holds the same weights, of epoch 1\n";
      assert.ok(stdout.includes(told), stdout);
      assert.deepEqual(await figures(run), expected);
    }),
});

Deno.test({
  name: "train --resume refuses a trained run that has neither its best nor its last checkpoint",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { losses, begin } = await planBadly(), run = join(folder, "run");
      const best = join(run, runFiles.best), last = join(run, runFiles.last);
      // Three files of the beginning, then last.safetensors, figures and state of each epoch, and each best.safetensors.
      const bests = losses.filter((_, index) => lowestOf(losses, 1, index + 1) === index + 1);
      await dieAt("named", 3 + 3 * epochs + bests.length, ...begin(run));
      const kept = await readFile(last);
      await rm(best);
      await flipByte(last);
      const refused = await runCommand("train", "--resume", run);
      assert.equal(refused.code, 1);
      assert.equal(
        refused.stderr.replace(/ENOENT[^;]*?'(?=\.)/, "ENOENT"),
        `error: Cannot go on with ${run} as the weights of epoch ${
          lowestOf(losses)
        }, its result, must be whole: ` +
          `Cannot read the checkpoint ${best}: ENOENT. Cannot read the checkpoint ${last}: its checksum does not fit ` +
          "its content. Put a copy of one of these files in its place, or start anew, in another --out\n",
      );

      await writeFile(last, kept);
      await finish(run);
      await assertResult(run, epochs);
    }),
});
