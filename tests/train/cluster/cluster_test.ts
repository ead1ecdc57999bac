/** Processes that share a batch learn what one process learns. */
import assert from "node:assert/strict";
import { goldenSteps } from "../support/golden_steps.ts";
import { type Ending, runProcesses } from "./processes.ts";

/** A line that a process prints. */
interface Record {
  readonly loss?: number;
  readonly weights?: string;
  readonly tensors?: number;
}

function recordsOf({ code, stdout, stderr }: Ending): Record[] {
  assert.equal(code, 0, stderr);
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}

function lossesOf(ending: Ending): number[] {
  return recordsOf(ending).flatMap(({ loss }) => loss ?? []);
}

/** All processes saw the same losses, end with the same weights, bit for bit, and leave no tensors behind. */
function assertAlike(endings: readonly Ending[]): number[] {
  const losses = endings.map(lossesOf);
  for (const other of losses) assert.deepEqual(other, losses[0]);
  const records = endings.map(recordsOf);
  assert.equal(new Set(records.map((lines) => lines.at(-1)!.weights)).size, 1);
  for (const lines of records) {
    const tensors = new Set(lines.slice(1).flatMap(({ tensors }) => tensors ?? []));
    assert.equal(tensors.size, 1, "a step leaves tensors behind");
  }
  return losses[0];
}

function assertClose(actual: readonly number[], expected: readonly number[], tolerance: number) {
  assert.equal(actual.length, expected.length);
  for (const [step, loss] of actual.entries()) {
    const error = Math.abs(loss - expected[step]);
    assert.ok(error < tolerance, `loss of step ${step} is ${loss}, not ${expected[step]}`);
  }
}

let alone: Promise<Ending[]> | undefined;

/** One process's ten losses; it computes them once for all who ask. */
async function lossesAlone(): Promise<number[]> {
  const [ending] = await (alone ??= runProcesses(1));
  return lossesOf(ending);
}

for (const size of [2, 4]) {
  Deno.test(`inCluster gives one process's and PyTorch's ten losses within 1e-4 (${size} processes)`, async () => {
    const losses = assertAlike(await runProcesses(size));
    assertClose(losses, await lossesAlone(), 1e-4);
    assertClose(losses, goldenSteps.losses, 1e-4);
  });
}

Deno.test("inCluster gives one process's losses when shares are unequal or empty", async () => {
  const options = { slices: 3, steps: 5, crossEntropyWeight: 1 };
  const [alone] = await runProcesses(1, options), expected = lossesOf(alone);
  assertClose(assertAlike(await runProcesses(2, options)), expected, 1e-4);
  assertClose(assertAlike(await runProcesses(4, options)), expected, 1e-4);
});

Deno.test("inCluster in bf16 gives one process's losses within bfloat16's rounding, empty shares or not", async () => {
  const options = { precision: "bf16", slices: 3, steps: 5 } as const;
  const [alone] = await runProcesses(1, options), expected = lossesOf(alone);
  assertClose(assertAlike(await runProcesses(2, options)), expected, 1e-3);
  assertClose(assertAlike(await runProcesses(4, options)), expected, 1e-3);
});

Deno.test("inCluster without synchronised statistics keeps one network in all processes", async () => {
  const options = { synchronise: false, slices: 3, steps: 5 };
  const losses = assertAlike(await runProcesses(4, options));
  assert.ok(losses.at(-1)! < losses[0]);
});
