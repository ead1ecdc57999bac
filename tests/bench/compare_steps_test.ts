/** In which order bench:train takes steps, and what it says of them; not how long anything takes. */
import assert from "node:assert/strict";
import { median } from "../../train/evaluation/average.ts";
import { compareSteps, type Stepper } from "./compare_steps.ts";

/** A program in memory: two slow steps that warm it up, then these seconds. */
class FakeProgram implements Stepper {
  readonly recorded: number[] = [];
  readonly #seconds: number[];

  constructor(
    readonly name: string,
    seconds: readonly number[],
    readonly megabytes: number,
    readonly log: string[],
  ) {
    this.#seconds = [100, 100, ...seconds];
  }

  step(): Promise<number> {
    this.log.push(this.name);
    return Promise.resolve(this.#seconds.shift()!);
  }

  record(seconds: number): void {
    this.recorded.push(seconds);
  }

  median(): number {
    return median(this.recorded)!;
  }

  minimum(): number {
    return Math.min(...this.recorded);
  }

  askMegabytes(): number {
    this.log.push(`memory of ${this.name}`);
    return this.megabytes;
  }
}

const turns = { steps: 3, warmUp: 2, turn: 2 };

/** Four programs, and what is asked of them, in order. */
function fakes() {
  const log: string[] = [];
  const ours = new FakeProgram("ours", [0.3, 0.1, 0.2], 300, log);
  const theirs = new FakeProgram("theirs", [0.5, 0.1234, 0.4], 200.4, log);
  const oursShort = new FakeProgram("ours, bf16", [0.6, 0.9, 0.2], 100, log);
  const theirsShort = new FakeProgram("theirs, bf16", [0.1, 0.8, 0.4], 400, log);
  const pairs = [
    { precision: "fp32", ours, theirs },
    { precision: "bf16", ours: oursShort, theirs: theirsShort },
  ] as const;
  return { pairs, programs: [ours, theirs, oursShort, theirsShort], log };
}

const megabytes = (program: FakeProgram) => program.askMegabytes();

const ratiosOfFp32 = ["ratio fp32 0.50", "ratio fp32 minimum 0.81", "ratio fp32 memory 1.50"];
const ratiosOfBf16 = ["ratio bf16 1.50", "ratio bf16 minimum 2.00", "ratio bf16 memory 0.25"];

Deno.test("compareSteps warms each program up, then takes turns to the last step, then asks for memory", async () => {
  const { pairs, programs, log } = fakes();
  await compareSteps(pairs, turns, { megabytes });
  const names = programs.map(({ name }) => name), twice = names.flatMap((name) => [name, name]);
  assert.deepEqual(log, [
    ...twice, // to warm up
    ...twice,
    ...names, // what is left of three steps
    ...names.map((name) => `memory of ${name}`),
  ]);
});

Deno.test("compareSteps counts all steps but those that warm up", async () => {
  const { pairs, programs } = fakes();
  await compareSteps(pairs, turns, { megabytes });
  assert.deepEqual(programs.map(({ recorded }) => recorded), [
    [0.3, 0.1, 0.2],
    [0.5, 0.1234, 0.4],
    [0.6, 0.9, 0.2],
    [0.1, 0.8, 0.4],
  ]);
});

Deno.test("compareSteps gives a row for each program and, by precision, our share of theirs", async () => {
  const { table, lines } = await compareSteps(fakes().pairs, turns, { megabytes });
  assert.deepEqual(table, {
    "ours": { "minimum (s)": 0.1, "median (s)": 0.2, "peak memory (MB)": 300 },
    "theirs": { "minimum (s)": 0.123, "median (s)": 0.4, "peak memory (MB)": 200 },
    "ours, bf16": { "minimum (s)": 0.2, "median (s)": 0.6, "peak memory (MB)": 100 },
    "theirs, bf16": { "minimum (s)": 0.1, "median (s)": 0.4, "peak memory (MB)": 400 },
  });
  assert.deepEqual(Object.keys(table), ["ours", "theirs", "ours, bf16", "theirs, bf16"]);
  assert.deepEqual(lines, [...ratiosOfFp32, ...ratiosOfBf16]);
});

Deno.test("compareSteps says behind the ratios of a precision whether its bars on a device are met", async () => {
  const { lines } = await compareSteps(fakes().pairs, turns, { megabytes, heldOn: "cpu" });
  assert.deepEqual(lines, [
    ...ratiosOfFp32,
    "bar fp32 on cpu, Gliomap / PyTorch, medians: 0.5, at most 0.75: met",
    "bar fp32 on cpu, Gliomap / PyTorch, peak memory: 1.497, at most 1.5: met",
    ...ratiosOfBf16,
    "bar bf16 on cpu, Gliomap / PyTorch, medians: 1.5, at most 1: missed",
    "bar bf16 on cpu, Gliomap / PyTorch, peak memory: 0.25, at most 1.5: met",
  ]);
});
