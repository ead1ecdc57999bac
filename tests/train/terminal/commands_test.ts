/** What all commands have in common, and the bars they draw. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join, parse } from "node:path";
import {
  type Progress,
  type ProgressOptions,
  startProgress,
} from "../../../train/terminal/progress.ts";
import { commandEnvironment, root, runCommand } from "../support/run_command.ts";
import { terminalStream } from "../support/terminal_stream.ts";
import type { OptionTable } from "./option_table.ts";

/** Every file in there is a command. */
const commands = (await readdir(join(root, "train/commands"))).map((file) => parse(file).name);

/** What a command parses by, and what its `--help` says. */
async function helpOf(name: string): Promise<{ table: OptionTable; help: string }> {
  const script = join(root, "tests/train/terminal/option_table.ts");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", script, name, "--help"],
    cwd: root,
    env: commandEnvironment,
  }).output();
  const decoder = new TextDecoder();
  assert.equal(code, 0, decoder.decode(stderr));
  const table = decoder.decode(stderr).trim().split("\n").at(-1)!; // Deno may say something before it
  return { table: JSON.parse(table), help: decoder.decode(stdout) };
}

/** What `--help` says of each option, by its long name, on one line. */
function entriesOf(help: string): ReadonlyMap<string, string> {
  const [, options] = help.split("\nOptions:\n");
  const entries = options.split("\n\n")[0].split(/\n(?= {2}-)/);
  return new Map(entries.map((entry) => [/--[a-z-]+/.exec(entry)![0], entry.replace(/\s+/g, " ")]));
}

for (const name of commands) {
  Deno.test(`${name} --help names every option, what it does and what it is by default`, async () => {
    const { table, help } = await helpOf(name), entries = entriesOf(help);
    const longs = table.options.map(({ long }) => long);
    assert.deepEqual([...entries.keys()].sort(), [...longs, "--help"].sort());
    for (const { long, description, takesValue, defaultValue } of table.options) {
      const entry = entries.get(long)!;
      assert.ok(description.length > 0 && entry.includes(description.replace(/\s+/g, " ")), entry);
      assert.equal(/^ ?(?:-\w, )?--[a-z-]+ [<[]/.test(entry), takesValue, entry);
      if (defaultValue !== undefined) assert.match(entry, / \(default: .+\)$/);
    }
    for (const argument of table.arguments) {
      assert.match(help, new RegExp(`^ {2}${argument} `, "m"));
    }
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
