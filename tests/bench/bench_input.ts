/**
 * `deno task bench:input`: whether the input holds the engine up. Prints how long a new process takes to its first
 * step when the patients are in the cache, and, from turns in one run, what a step takes in a whole epoch (its first
 * one with the wait for its batch too; validation left out) and alone.
 *
 * @module
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { median } from "d3-array";
import { parseNumber } from "../../shared/argument.ts";
import { barLine } from "./bar.ts";
import { inputBars } from "./input_bars.ts";

interface Options {
  readonly data: string;
  readonly starts: number;
  readonly pairs: number;
}

/** What a step took. */
interface Step {
  readonly seconds: number;
  /** Of all threads together. */
  readonly processorSeconds: number;
}

interface Pair {
  readonly inEpoch: Step;
  readonly alone: Step;
}

interface Measured {
  /** Seconds from the start of the process to the end of its first step. */
  readonly firstStep: number;
  readonly pairs: Pair[];
}

async function train(pairs: number, args: string[]): Promise<Measured> {
  const script = join(import.meta.dirname!, "input_steps.ts"), started = Date.now();
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", script, String(pairs), ...args],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("the training failed");
  const lines = new TextDecoder().decode(stdout).split("\n").filter((line) => line.startsWith("{"));
  const [first, ...others] = lines.map((line) => JSON.parse(line));
  return { firstStep: (first.firstStep - started) / 1000, pairs: others };
}

async function run({ data, starts, pairs }: Options, command: Command): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "gliomap-bench-"));
  let runs = 0;
  const args = () => [
    ...["--data", data, "--out", join(folder, `run${runs++}`), "--cache", join(folder, "cache")],
    ...command.args,
  ];
  try {
    const { firstStep } = await train(0, args());
    console.log(`first step, nothing in the cache: ${firstStep.toFixed(2)} s`);
    const warm: number[] = [];
    for (let start = 0; start < starts; start++) warm.push((await train(0, args())).firstStep);
    console.log(
      `first step, patients in the cache: ${median(warm)!.toFixed(2)} s (median of ${starts}), ` +
        `${Math.min(...warm).toFixed(2)} s (least)`,
    );
    const measured = await train(pairs, args());
    console.table(measured.pairs.map(({ inEpoch, alone }) => ({
      "in epoch": inEpoch.seconds,
      "alone": alone.seconds,
      "in epoch, processor": inEpoch.processorSeconds,
      "alone, processor": alone.processorSeconds,
    })));
    const ratio = (key: keyof Step) =>
      median(measured.pairs.map(({ inEpoch, alone }) => inEpoch[key] / alone[key]))!;
    for (
      const [key, what] of [["seconds", ""], ["processorSeconds", " in processor time"]] as const
    ) {
      console.log(`ratio of a step in an epoch to a step alone${what} ${ratio(key).toFixed(3)}`);
    }
    for (const bar of inputBars(median(warm)!, ratio("seconds"))) console.log(barLine(bar));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const count = (name: string) => (text: string) =>
  parseNumber(name, text, { integer: true, minimum: 1 });

await new Command("bench:input")
  .description("Times the first step and the input of `deno task train`.")
  .option("--data <folder>", "patients", "train/sample")
  .option("--starts <n>", "processes started with the cache full", count("--starts"), 3)
  .option(
    "--pairs <n>",
    "epochs after the first one, each with as many steps alone",
    count("--pairs"),
    5,
  )
  .argument("[options...]", "after --: options of deno task train")
  .action((_args, options, command) => run(options, command))
  .parseAsync();
