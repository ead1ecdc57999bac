import assert from "node:assert/strict";
import { createEngine, type Engine } from "../../shared/inference/engine.ts";
import { decodeImage, decodeMask } from "../../shared/image/decode.ts";
import { segmentSlice } from "../../shared/inference/segment_slice.ts";
import { volumeDice } from "../../shared/dice.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import { crop } from "./support/crop.ts";
import { maskPath, readBytes, readReference, slicePath } from "./support/files.ts";

const { model, card, wasmBinary } = await readReference();
const slice = await decodeImage(await readBytes(slicePath));

/** An engine that keeps what it was given and answers the first channel. */
function createEcho() {
  const seen: { input?: Float32Array; shape?: readonly number[] } = {};
  const engine: Engine = {
    run(input, shape) {
      Object.assign(seen, { input, shape });
      return Promise.resolve(input.slice(0, shape[2] * shape[3]));
    },
    release: () => Promise.resolve(),
  };
  return { engine, seen };
}

Deno.test("segmentSlice() outlines the tumor of a real slice by its own percentiles", async () => {
  const engine = await createEngine({ model, wasmBinary });
  const { mask, probability, timings } = await segmentSlice(engine, card, slice);
  const reference = await decodeMask(await readBytes(maskPath));
  assert.ok(volumeDice(mask, reference) > 0.9);
  assert.deepEqual(probability.shape, [256, 256]);
  assert.deepEqual(Object.keys(timings), ["preprocess", "infer", "postprocess"]);
  await engine.release();
});

Deno.test("segmentSlice() answers a size the network cannot halve in that size", async () => {
  const engine = await createEngine({ model, wasmBinary });
  const whole = await segmentSlice(engine, card, slice);
  const { mask, probability } = await segmentSlice(engine, card, crop(slice, 250, 230));
  assert.deepEqual(mask.shape, [250, 230]);
  assert.deepEqual(probability.shape, [250, 230]);
  // The tumor lies inside the crop, and black is what was cut off.
  const area = (data: Uint8Array) => data.reduce((sum, value) => sum + value, 0);
  const difference = area(mask.data) / area(whole.mask.data) - 1;
  assert.ok(Math.abs(difference) < 0.05, `area changed by ${difference}`);
  await engine.release();
});

Deno.test("segmentSlice() fills up with zeros at the bottom and right and crops back", async () => {
  const { engine, seen } = createEcho();
  const small = { data: new Uint8Array([1, 2, 3, 4, 5, 6]), height: 2, width: 3, channels: 1 };
  const one: ModelCard = { ...card, input: { sequences: ["FLAIR"], sizeMultiple: 4 } };
  const identity = [{ offset: 0, divisor: 10, minimum: 0, maximum: 1 }];
  const { probability } = await segmentSlice(engine, one, small, identity);
  assert.deepEqual(seen.shape, [1, 1, 4, 4]);
  const tenths = (values: number[]) => new Float32Array(values.map((value) => value / 10));
  assert.deepEqual(seen.input, tenths([1, 2, 3, 0, 4, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
  assert.deepEqual(probability.data, tenths([1, 2, 3, 4, 5, 6]));
});

Deno.test("segmentSlice() picks the card's sequence, and the scaling that belongs to it", async () => {
  const { engine, seen } = createEcho();
  const pixel = { data: new Uint8Array([10, 20, 30]), height: 1, width: 1, channels: 3 };
  const flair: ModelCard = { ...card, input: { sequences: ["FLAIR"], sizeMultiple: 1 } };
  const scaling = [100, 40, 300].map((divisor) => ({ offset: 0, divisor, minimum: 0, maximum: 1 }));
  await segmentSlice(engine, flair, pixel, scaling);
  assert.deepEqual(seen.input, new Float32Array([0.5]));
});

Deno.test("segmentSlice() follows the card's threshold, and its clean-up for a lone slice alone", async () => {
  const { engine } = createEcho();
  const data = new Uint8Array([9, 0, 0, 8, 7, 10]);
  const row = { data, height: 1, width: 6, channels: 1 };
  const preprocessing = { method: "percentile", low: 0, high: 100 } as const;
  const input = { sequences: ["FLAIR"], sizeMultiple: 1 };
  const flair: ModelCard = { ...card, input, preprocessing, threshold: 0.75 };
  const all = await segmentSlice(engine, flair, row);
  assert.deepEqual(all.mask.data, new Uint8Array([1, 0, 0, 1, 0, 1]));
  const largest = { ...flair, threshold: 0.6, smallestComponent: 1 };
  const one = await segmentSlice(engine, largest, row);
  assert.deepEqual(one.mask.data, new Uint8Array([0, 0, 0, 1, 1, 1]));
  const scaling = [{ offset: 0, divisor: 10, minimum: 0, maximum: 1 }];
  const ofVolume = await segmentSlice(engine, largest, row, scaling);
  assert.deepEqual(ofVolume.mask.data, new Uint8Array([1, 0, 0, 1, 1, 1]));
});

Deno.test("segmentSlice() refuses a slice with other channels than the card's", async () => {
  const { engine } = createEcho();
  const gray = { data: new Uint8Array(64), height: 8, width: 8, channels: 1 };
  await assert.rejects(segmentSlice(engine, card, gray), {
    name: "TypeError",
    message: /1 channel/,
  });
});

Deno.test("segmentSlice() refuses a slice without pixels", async () => {
  const { engine } = createEcho();
  const none = { data: new Uint8Array(0), height: 0, width: 8, channels: 3 };
  await assert.rejects(segmentSlice(engine, card, none), {
    name: "TypeError",
    message: /must have pixels: current size is 8x0/,
  });
});

Deno.test("segmentSlice() refuses scaling that has not an entry per channel", async () => {
  const { engine } = createEcho();
  const scaling = [{ offset: 0, divisor: 1, minimum: 0, maximum: 1 }];
  await assert.rejects(segmentSlice(engine, card, slice, scaling), { name: "TypeError" });
  const flair: ModelCard = { ...card, input: { sequences: ["FLAIR"], sizeMultiple: 8 } };
  await assert.rejects(segmentSlice(engine, flair, slice, scaling), { name: "TypeError" });
});
