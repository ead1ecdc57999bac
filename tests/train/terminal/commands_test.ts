/** What all commands have in common, and the bars they draw. */
import assert from "node:assert/strict";
import {
  type Progress,
  type ProgressOptions,
  startProgress,
} from "../../../train/terminal/progress.ts";
import { runCommand } from "../support/run_command.ts";
import { terminalStream } from "../support/terminal_stream.ts";

const commands: [name: string, options: string[]][] = [
  ["quickstart", ["--once", "--epochs"]],
  [
    "train",
    ["--data", "--out", "--epochs", "--batch-size", "--learning-rate", "--milestones", "--gamma"]
      .concat("--depth", "--features", "--sequence", "--validation", "--seed", "--backend")
      .concat("--fold", "--folds"),
  ],
  ["crossvalidate", ["--data", "--out", "--folds", "--recipe", "--epochs", "--backend"]],
  ["runs", ["--runs", "--out"]],
  ["setup", ["--cpu", "--gpu", "--wheels"]],
  ["import", ["--weights", "--out", "--card", "--name", "--sequence"]],
  ["export", ["--run", "--out"]],
  ["evaluate", ["--model", "--data", "--out"]],
  ["segment", ["--model", "--out", "<input...>"]],
];

for (const [name, options] of commands) {
  Deno.test(`${name} --help names every option`, async () => {
    const { code, stdout } = await runCommand(name, "--help");
    assert.equal(code, 0);
    for (const option of options) assert.ok(stdout.includes(option), option);
  });

  Deno.test(`${name} refuses arguments it does not know, in one line`, async () => {
    const { code, stdout, stderr } = await runCommand(name, "--colour", "green");
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /^error: (unknown option|required option|missing required) [^\n]+\n$/);
  });
}

Deno.test("startProgress draws on a terminal", () => {
  const { stream: terminal, text } = terminalStream();
  const progress = startProgress("Segmenting", 4, { unit: "slices", stream: terminal });
  progress.update(1);
  progress.advance(2, "loss 0.5");
  progress.stop();
  assert.match(text(), /Segmenting .*75% {2}3\/4 slices {2}.* left {2}loss 0\.5/);
});

/** What is drawn at the end, with a clock that stands where the test sets it. */
function drawn(
  options: ProgressOptions,
  work: (progress: Progress, at: (ms: number) => void) => void,
) {
  const { stream: terminal, line } = terminalStream(), { now } = Date;
  let time = 0;
  Date.now = () => time;
  try {
    const progress = startProgress("Epoch 1/3", 20, { ...options, stream: terminal });
    work(progress, (milliseconds) => time = milliseconds);
    progress.stop();
  } finally {
    Date.now = now;
  }
  return line().replace(/[█░]+/, "#");
}

Deno.test("startProgress tells the time left by what this process has done so far", () => {
  const half = drawn({ unit: "slices" }, (progress, at) => {
    at(30_000);
    progress.update(10, "loss 0.5000");
  });
  assert.equal(half, "Epoch 1/3 # 50%  10/20 slices  30s left  loss 0.5000");
  // Eight were done before: two in 30 s.
  const resumed = drawn({ done: 8 }, (progress, at) => {
    at(30_000);
    progress.update(10);
  });
  assert.equal(resumed, "Epoch 1/3 # 50%  10/20  2m30s left");
  assert.equal(drawn({}, () => {}), "Epoch 1/3 # 0%  0/20  ? left");
});

Deno.test("startProgress goes on without a terminal that was closed, and leaves its ways as they are", () => {
  const { stream: terminal, text } = terminalStream();
  const progress = startProgress("Segmenting", 4, { stream: terminal });
  // As a hidden cursor, which a process that is killed could not show again.
  assert.ok(!text().includes("\x1b[?"), JSON.stringify(text()));
  terminal.write = () => {
    throw new Error("Input/output error (os error 5)");
  };
  progress.advance();
  progress.stop();
});

Deno.test("startProgress is silent where there is no terminal", () => {
  const { stream: pipe, text } = terminalStream({ isTTY: false });
  const progress = startProgress("Segmenting", 4, { stream: pipe });
  progress.advance();
  progress.stop();
  assert.equal(text(), "");
});
