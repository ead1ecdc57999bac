import assert from "node:assert/strict";
import test from "node:test";
import { threshold, usualThreshold } from "../../shared/threshold.ts";
import { volumeDice } from "../../shared/dice.ts";
import { decodeMask } from "../../shared/image/decode.ts";
import { readForwardTensor, readGoldenVolumes } from "./golden.ts";
import { readRepositoryFile } from "./repository.ts";

for (const [patient, golden] of readGoldenVolumes()) {
  test(`threshold of the reference's probabilities outlines the tumor of ${patient}`, async () => {
    const data = readForwardTensor(`${patient}.probability`);
    const path = `train/sample/${patient}/${golden.largest_tumor_slice}`;
    const reference = await decodeMask(readRepositoryFile(path.replace(".tif", "_mask.tif")));
    const dice = volumeDice(threshold({ data, shape: [256, 256] }), reference);
    assert.ok(dice > 0.9, `${dice}`);
  });
}

test("threshold takes what is over it, not what is equal to it", () => {
  const probability = { data: new Float32Array([0, 0.25, 0.5, 0.75, 1, NaN]), shape: [2, 3] };
  const at = (value?: number) => Array.from(threshold(probability, value).data);
  assert.deepEqual(at(), [0, 0, 0, 1, 1, 0]);
  assert.deepEqual(at(), at(usualThreshold));
  assert.deepEqual(at(0.25), [0, 0, 1, 1, 1, 0]);
  assert.deepEqual(at(0), [0, 1, 1, 1, 1, 0]);
  assert.deepEqual(at(1), [0, 0, 0, 0, 0, 0]);
  assert.deepEqual(threshold(probability).shape, [2, 3]);
});

test("threshold refuses a value that no probability has", () => {
  const probability = { data: new Float32Array(1), shape: [1] };
  assert.throws(() => threshold(probability, 1.5), {
    name: "RangeError",
    message:
      "Cannot threshold a probability map as the threshold must be from 0 to 1: current value is 1.5",
  });
  assert.throws(() => threshold(probability, NaN), RangeError);
});
