/** A run that stops early, through the command line: when it does, what it says of it, and whose weights it keeps. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readCheckpoint } from "../../../train/run/checkpoint.ts";
import { readRun } from "../../../train/run/run_record.ts";
import { runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { ignore, makeData, options } from "./small_training.ts";

const epochs = 10, patience = 2;

/** Trains with a rate at which the validation loss rises as often as it falls, by the reference recipe. */
async function trainBadly(folder: string, ...more: string[]) {
  const data = await makeData(folder), run = join(folder, "run");
  const { code, stdout, stderr } = await runCommand(
    ...["train", "--data", data, "--out", run, ...options, "--recipe", "reference"] as const,
    ...["--learning-rate", "0.1", "--epochs", `${epochs}`, "--patience", `${patience}`, ...more],
  );
  assert.equal(code, 0, stderr);
  const { metrics } = await readRun(run);
  const losses = metrics.epochs.map(({ validationLoss }) => validationLoss!);
  const lowest = 1 + losses.indexOf(Math.min(...losses));
  assert.ok(lowest < losses.length, `the loss must rise after its lowest: ${losses}`);
  return { run, stdout, metrics, done: losses.length, lowest, losses };
}

for (const checkpoint of ["best", "last"]) {
  Deno.test({
    name:
      `train --checkpoint ${checkpoint} stops \`--patience\` epochs after the lowest validation loss, and says so`,
    ignore,
    fn: () =>
      withFolder(async (folder) => {
        const told = await trainBadly(folder, "--checkpoint", checkpoint);
        const { run, stdout, metrics, done, lowest, losses } = told;
        assert.equal(done, lowest + patience);
        assert.ok(done < epochs, `${losses}`);

        assert.equal(metrics.bestEpoch, checkpoint === "best" ? lowest : done);
        for (const [file, epoch] of [["best", metrics.bestEpoch], ["last", done]] as const) {
          const { figures } = await readCheckpoint(join(run, `${file}.safetensors`));
          assert.deepEqual(
            [figures.epoch, figures.validationLoss],
            [epoch, losses[epoch - 1]],
            file,
          );
        }

        const stop =
          `Stopped: no lower validation loss for 2 epochs; the lowest was epoch ${lowest}'s`;
        assert.ok(stdout.includes(`\n${stop}\nReport: `), stdout);
        assert.ok(
          (await readFile(join(run, "report.html"), "utf8")).includes(
            `${stop.replace("'", "&#39;")}.`,
          ),
        );
        const falls = losses.map((loss, index) => loss < Math.min(...losses.slice(0, index)));
        const lines = stdout.split("\n").filter((line) => line.startsWith("epoch "));
        assert.deepEqual(lines.map((line) => line.endsWith("  lowest loss so far")), falls);
      }),
  });
}
