/**
 * Gliomap's side of the benchmark of metrics: one measurement for each line read.
 *
 * usage: metrics_step.ts WORK FOLDER (WORK hd95, dice, read or copy). Answers each line on standard input with the seconds and
 * the value found, as JSON.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { volumeDice } from "../../shared/dice.ts";
import { hd95 } from "../../shared/hausdorff.ts";
import type { Mask } from "../../shared/volume.ts";
import { copies, shape, spacing } from "./metrics_volume.ts";

const [work, folder] = Deno.args;
const read = (name: string): Mask => ({
  data: new Uint8Array(readFileSync(`${folder}/${name}.bin`)),
  shape,
});
const prediction = read("prediction"), reference = read("reference");

/** Every voxel of both masks, eight in a float, with as little done to them as possible: JavaScript reads no faster. */
function readAll(prediction: Mask, reference: Mask): number {
  const [p, r] = [prediction, reference].map(({ data }) => new Float64Array(data.buffer));
  let a = 0, b = 0, c = 0, d = 0;
  for (let i = 0; i < p.length; i += 4) {
    a += p[i] + p[i + 1];
    b += p[i + 2] + p[i + 3];
    c += r[i] + r[i + 1];
    d += r[i + 2] + r[i + 3];
  }
  return a + b + c + d;
}

const target = new Uint8Array(2 * prediction.data.length).fill(1);

/** Both masks moved elsewhere by the C library's memcpy. */
function copyAll(prediction: Mask, reference: Mask): number {
  target.set(prediction.data, 0);
  target.set(reference.data, prediction.data.length);
  return target[0];
}

/** Measures another copy in each step, so that it comes out of memory and not out of a cache. */
function inTurn(measure: (prediction: Mask, reference: Mask) => number): () => number {
  const pairs = Array.from({ length: copies }, () => ({
    prediction: { data: prediction.data.slice(), shape },
    reference: { data: reference.data.slice(), shape },
  }));
  let step = 0;
  return () => {
    const pair = pairs[step++ % copies];
    return measure(pair.prediction, pair.reference);
  };
}

const works: Record<string, () => number> = {
  hd95: () => hd95(prediction, reference, spacing),
  dice: inTurn(volumeDice),
  read: inTurn(readAll),
  copy: inTurn(copyAll),
};
const measure = works[work];

for await (const _ of createInterface({ input: process.stdin })) {
  const start = performance.now();
  const value = measure();
  console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, value }));
}
