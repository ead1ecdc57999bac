import assert from "node:assert/strict";
import test from "node:test";
import { decodeMask } from "../../shared/image/decode.ts";
import { diceLoss } from "../../shared/dice_loss.ts";
import { readForwardTensor, readGoldenVolumes } from "./golden.ts";
import { readRepositoryFile } from "./repository.ts";

/** The formula in as few words as it can be said, on the reference network's probabilities. */
function byFormula(probability: Float32Array, reference: Uint8Array): number {
  const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
  const both = sum(probability.map((p, i) => p * reference[i]));
  return 1 - (2 * both + 1) / (sum(probability) + sum(reference) + 1);
}

for (const [patient, golden] of readGoldenVolumes()) {
  test(`diceLoss equals its formula on the reference's probabilities for ${patient}`, async () => {
    const data = readForwardTensor(`${patient}.probability`);
    const path = `train/sample/${patient}/${golden.largest_tumor_slice}`;
    const reference = await decodeMask(readRepositoryFile(path.replace(".tif", "_mask.tif")));
    const loss = diceLoss({ data, shape: [256, 256] }, reference);
    assert.ok(Math.abs(loss - byFormula(data, reference.data)) < 1e-6);
    // The reference network outlines both patients well.
    assert.ok(loss > 0 && loss < 0.2, `${loss}`);
  });
}

test("diceLoss is 0 for nothing predicted where nothing is, and close to 1 for all that is wrong", () => {
  const shape = [10, 10];
  const nothing = { data: new Uint8Array(100), shape };
  const everything = { data: new Uint8Array(100).fill(1), shape };
  assert.equal(diceLoss({ data: new Float32Array(100), shape }, nothing), 0);
  assert.equal(diceLoss({ data: new Float32Array(100), shape }, everything), 1 - 1 / 101);
});
