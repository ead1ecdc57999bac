/** What benchmarks are held to, and that they say so; not how long anything takes. */
import assert from "node:assert/strict";
import { findChromium } from "../e2e/browser.ts";
import { type Bar, barLine } from "./bar.ts";
import { inputBars } from "./input_bars.ts";
import { modelBars } from "./model_bars.ts";
import { ratioLines, stepBars } from "./train_bars.ts";

const lines = (bars: readonly Bar[]) => bars.map(barLine);

/** A benchmark in a process of its own, as its task runs it. */
async function bench(file: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", `${import.meta.dirname}/${file}`, ...args],
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

Deno.test("ratioLines: a line for each ratio, by precision, which says where the memory is not known", () => {
  assert.deepEqual(ratioLines("fp32", { time: 0.7149, minimum: 0.6951, memory: 1.2 }), [
    "ratio fp32 0.71",
    "ratio fp32 minimum 0.70",
    "ratio fp32 memory 1.20",
  ]);
  assert.deepEqual(ratioLines("bf16", { time: 1, minimum: 2.346, memory: NaN }), [
    "ratio bf16 1.00",
    "ratio bf16 minimum 2.35",
    "ratio bf16 memory not known",
  ]);
});

Deno.test("stepBars: a processor's step by its precision, a GPU's, and the memory where it is known", () => {
  assert.deepEqual(lines(stepBars("cpu", "fp32", { time: 0.76, memory: 1.5 })), [
    "bar fp32 on cpu, Gliomap / PyTorch, medians: 0.76, at most 0.75: missed",
    "bar fp32 on cpu, Gliomap / PyTorch, peak memory: 1.5, at most 1.5: met",
  ]);
  assert.deepEqual(lines(stepBars("cpu", "bf16", { time: 0.99, memory: 1.51 })), [
    "bar bf16 on cpu, Gliomap / PyTorch, medians: 0.99, at most 1: met",
    "bar bf16 on cpu, Gliomap / PyTorch, peak memory: 1.51, at most 1.5: missed",
  ]);
  for (const precision of ["fp32", "bf16"] as const) {
    assert.deepEqual(lines(stepBars("cuda", precision, { time: 1.2, memory: NaN })), [
      `bar ${precision} on cuda, Gliomap / PyTorch, medians: 1.2, at most 1.2: met`,
    ]);
  }
});

Deno.test("inputBars: the first step, and a step in an epoch", () => {
  assert.deepEqual(lines(inputBars(5.9, 1.05)), [
    "bar first step, patients in the cache, median: 5.9 s, at most 5 s: missed",
    "bar a step in an epoch / alone, median: 1.05, at most 1.05: met",
  ]);
});

Deno.test("modelBars: preview beside unet, where both are there", () => {
  const timed = (preview: number) => new Map([["preview", preview], ["unet", 200]]);
  assert.deepEqual(lines(modelBars(timed(50))), [
    "bar preview / unet, medians: 0.25, at most 0.25: met",
  ]);
  assert.deepEqual(lines(modelBars(timed(60))), [
    "bar preview / unet, medians: 0.3, at most 0.25: missed",
  ]);
  assert.deepEqual(modelBars(new Map([["preview", 20], ["mine", 200]])), []);
});

Deno.test("bench:models says of the preview, and of sixty slices scaled and in a browser prepared, whether the bars are met", async () => {
  const { code, stdout, stderr } = await bench("bench_models.ts", "--turns", "1");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^bar preview \/ unet, medians: [\d.]+, at most 0\.25: (met|missed)$/m);
  for (const type of ["8 bit", "16 bit", "floats"]) {
    const line =
      `^bar scaling of 60x256x256, ${type}, median: [\\d.]+ ms, at most 100 ms: (met|missed)$`;
    assert.match(stdout, new RegExp(line, "m"));
    if (!findChromium()) continue;
    const inPage =
      `^bar page's preparation of 60 slices, ${type}, median of processor time: [\\d.]+ ms`;
    assert.match(stdout, new RegExp(inPage, "m"));
    assert.match(stdout, new RegExp(`│ ${type}, second +│( +\\d[\\d.]* +│){4}`));
  }
});

Deno.test("bench:train refuses --issue where TensorFlow does not issue the steps", async () => {
  for (const [backend, issue] of [["webgpu", "ops"], ["wasm", "whole"]]) {
    const { code, stderr } = await bench("bench_train.ts", "--backend", backend, "--issue", issue);
    assert.equal(code, 1);
    const refusal =
      `--issue must be left out with --backend ${backend}, .* current value is ${issue}`;
    assert.match(stderr, new RegExp(refusal));
  }
});
