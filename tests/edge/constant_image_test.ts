/** Slices that nothing is in: the network is asked once, and answers what it would answer again. */
import assert from "node:assert/strict";
import { runNetwork } from "../../shared/inference/constant_image.ts";
import { createEngine, type Engine } from "../../shared/inference/engine.ts";
import type { NetworkImage } from "../../shared/inference/network_input.ts";
import { segmentSlice } from "../../shared/inference/segment_slice.ts";
import { decodeImage } from "../../shared/image/decode.ts";
import { volumeScaling } from "../../shared/scaling.ts";
import { stackSlices } from "../../shared/stack_slices.ts";
import type { Slice } from "../../shared/volume.ts";
import { createCountingPool } from "./support/counting_pool.ts";
import { readBytes, readReference, slicePath } from "./support/files.ts";

const { model, card, wasmBinary } = await readReference();
const head = await decodeImage(await readBytes(slicePath));
const above: Slice = { ...head, data: head.data.slice().fill(0) };
const scaling = volumeScaling(stackSlices([head, above]), card.preprocessing);

/** The shipped engine, and how often its network ran. */
async function countedEngine() {
  const engine = await createEngine({ model, wasmBinary }), count = { runs: 0 };
  const counted: Engine = {
    ...engine,
    run(input, shape) {
      count.runs++;
      return engine.run(input, shape);
    },
  };
  return { engine: counted, count };
}

/** An image of two channels with one value each. */
function constantImage(first: number, second: number, side = 16): NetworkImage {
  const pixels = side * side, data = new Float32Array(2 * pixels).fill(first);
  return { data: data.fill(second, pixels), shape: [1, 2, side, side] };
}

/** Answers with how often it was asked, and writes each answer to the same memory. */
function countingEngine(): Engine {
  const memory = new Float32Array(4);
  let runs = 0;
  return { run: () => Promise.resolve(memory.fill(++runs)), release: () => Promise.resolve() };
}

Deno.test("slices above and below the head run the network once, and are answered as it would", async () => {
  const { engine, count } = await countedEngine(), fresh = await countedEngine();
  const slices = [above, head, above, above, head, above];
  for (const slice of slices) {
    const { probability, mask } = await segmentSlice(engine, card, slice, scaling);
    // An engine of its own for each slice, which therefore remembers nothing.
    const expected = await segmentSlice({ ...fresh.engine }, card, slice, scaling);
    assert.deepEqual(probability, expected.probability);
    assert.deepEqual(mask, expected.mask);
  }
  assert.equal(count.runs, 3, "one for the empty slices, one for each head");
  assert.equal(fresh.count.runs, slices.length);
  await engine.release();
  await fresh.engine.release();
});

Deno.test("a worker that gives its answers away still has them for the next empty slice", async () => {
  const { pool } = createCountingPool(
    new URL("../../shared/inference/worker.ts", import.meta.url),
    1,
  );
  const [first, second, third] = await Promise.all(
    [above, above, above].map((slice) => pool.segment(slice, { scaling })),
  );
  assert.equal(first.probability.data.length, head.height * head.width);
  assert.deepEqual(second.probability, first.probability);
  assert.deepEqual(third.mask, first.mask);
  pool.close();
});

Deno.test("runNetwork() remembers the last image without content, of this size and these values", async () => {
  const engine = countingEngine();
  const answer = async (image: NetworkImage) => (await runNetwork(engine, image))[0];
  assert.equal(await answer(constantImage(0, 1)), 1);
  assert.equal(await answer(constantImage(0, 1)), 1, "the same again");
  assert.equal(await answer(constantImage(0, 0.5)), 2, "another value in the second channel");
  assert.equal(await answer(constantImage(0, 0.5, 32)), 3, "another size");
  assert.equal(await answer(constantImage(0, 0.5, 32)), 3);
  assert.equal(await answer(constantImage(0, 0.5)), 4, "only the last is kept");
});

Deno.test("runNetwork() asks the network where a single pixel of any channel differs", async () => {
  const engine = countingEngine(), plain = constantImage(0, 1);
  await runNetwork(engine, plain);
  for (const [runs, place] of [0, 255, 256, 511].entries()) {
    const data = plain.data.slice();
    data[place] = 7;
    assert.equal((await runNetwork(engine, { ...plain, data }))[0], runs + 2, `pixel ${place}`);
  }
});

Deno.test("runNetwork() remembers for each engine by itself, and no caller's changes", async () => {
  const engine = countingEngine(), other = countingEngine(), image = constantImage(0, 1);
  (await runNetwork(engine, image)).fill(9);
  (await runNetwork(engine, image)).fill(9);
  assert.deepEqual(await runNetwork(engine, image), new Float32Array(4).fill(1));
  await runNetwork(other, constantImage(0, 0));
  assert.equal((await runNetwork(other, image))[0], 2);
});

Deno.test("runNetwork() remembers no failure", async () => {
  let runs = 0;
  const run = () =>
    ++runs === 1 ? Promise.reject(new Error("no luck")) : Promise.resolve(new Float32Array(1));
  const engine: Engine = { run, release: () => Promise.resolve() };
  await assert.rejects(runNetwork(engine, constantImage(0, 1)), /no luck/);
  await runNetwork(engine, constantImage(0, 1));
  assert.equal(runs, 2);
});
