/** Training in a real terminal, through `deno task`: one Ctrl-C is one, and nothing is lost when the window is closed. */
import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { loadTrainingState } from "../../../train/run/training_state.ts";
import { commandEnvironment, root } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { ignore, makeData } from "./small_training.ts";

async function hasScript(): Promise<boolean> {
  try {
    const { stdout } = await new Deno.Command("script", { args: ["--version"] }).output();
    return new TextDecoder().decode(stdout).includes("util-linux");
  } catch {
    return false;
  }
}

const missing = !await hasScript();
const why = missing ? " (skipped: util-linux's script is not installed)" : "";

/** More than anybody waits for. */
const options =
  "--epochs 100000 --features 4 --depth 2 --batch-size 1 --validation 0.4 --no-cache " +
  "--backend tensorflow";

/** A terminal with a training in it. */
function openTerminal(task: string) {
  const process = new Deno.Command("script", {
    args: ["--quiet", "--return", "--command", `'${Deno.execPath()}' task train ${task}`]
      .concat("/dev/null"),
    cwd: root,
    env: commandEnvironment,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const keyboard = process.stdin.getWriter();
  let screen = "", isOver = false;
  let look = Promise.withResolvers<void>();
  const reading = (async () => {
    for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
      screen += text;
      look.resolve();
      look = Promise.withResolvers();
    }
    isOver = true;
    look.resolve();
  })();
  return {
    async shown(pattern: RegExp): Promise<void> {
      while (!pattern.test(screen)) {
        assert.ok(!isOver, `the training ended without ${pattern}: ${screen}`);
        await look.promise;
      }
    },
    press: (key: string) => keyboard.write(new TextEncoder().encode(key)),
    async ended(): Promise<{ code: number; screen: string }> {
      const { code } = await process.status;
      await reading;
      return { code, screen };
    },
    /** Closes the window: the terminal is gone at once. */
    async close(): Promise<void> {
      try {
        process.kill("SIGKILL");
      } catch { /* It has ended. */ }
      await process.status;
      await reading;
      await keyboard.close().catch(() => {});
    },
  };
}

Deno.test({
  name: `train saves at one Ctrl-C in a terminal, and when the terminal is closed${why}`,
  ignore: ignore || missing,
  fn: () =>
    withFolder(async (folder) => {
      const data = await makeData(folder), run = join(folder, "run");
      const terminal = openTerminal(`--data ${data} --out ${run} ${options}`);
      try {
        await terminal.shown(/epoch +1\/.*slices\/s/);
        await terminal.press("\x03");
        const { code, screen } = await terminal.ended();
        assert.equal(code, 130, screen);
        assert.match(screen, /(\n|\^C)Saving after this batch; Ctrl-C again ends at once\r\n/);
        assert.match(screen, /\nInterrupted; the run is saved: deno task train --resume/);
        // Neither is the cursor hidden nor are long lines cut, which a process that is killed could not mend.
        // deno-lint-ignore no-control-regex
        assert.doesNotMatch(screen, /\x1b\[\?(25|7)l/);
      } finally {
        await terminal.close();
      }
      const before = (await loadTrainingState(run, assert.fail))!.trainer.optimizer.steps;

      const next = openTerminal(`--resume ${run} --no-cache`);
      try {
        await next.shown(/epoch +\d+\/.*slices\/s/);
      } finally {
        await next.close();
      }
      // A run that ends by itself takes its lock away; one that is killed leaves it.
      const isLocked = () => stat(join(run, ".lock")).then(() => true, () => false);
      for (let tries = 0; await isLocked(); tries++) {
        assert.ok(tries < 1200, "the training was killed, or goes on without its terminal");
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const { trainer, progress } = (await loadTrainingState(run, assert.fail))!;
      assert.ok(trainer.optimizer.steps > before);
      assert.ok(progress.step > 0, "what was learned since the last epoch is lost");
    }),
});
