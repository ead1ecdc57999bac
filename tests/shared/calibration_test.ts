import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import {
  addReliabilityBins,
  expectedCalibrationError,
  reliabilityBins,
  reliabilityCurve,
} from "../../shared/calibration.ts";
import { readCalibrationCases, readForwardTensor, readSurfaceCases } from "./golden.ts";
import { close } from "./masks.ts";

/** Probabilities with their reference, as slices of 1x12. */
const slices = fc.record({
  probability: fc.array(fc.float({ min: 0, max: 1, noNaN: true }), {
    minLength: 12,
    maxLength: 12,
  }).map((data) => ({ data: Float32Array.from(data), shape: [1, 12] })),
  reference: fc.array(fc.nat(1), { minLength: 12, maxLength: 12 })
    .map((data) => ({ data: Uint8Array.from(data), shape: [1, 12] })),
});

for (const { patient, slice, ...expected } of readCalibrationCases()) {
  test(`expectedCalibrationError equals MONAI's on PyTorch's probabilities: ${patient}`, () => {
    const { reference } = readSurfaceCases().find(({ name }) => name === patient)!;
    const shape = [256, 256], size = 256 * 256;
    const mask = { data: reference.data.subarray(slice * size, (slice + 1) * size), shape };
    const probability = { data: readForwardTensor(`${patient}.probability`), shape };
    for (const bins of [10, 20] as const) {
      const found = expectedCalibrationError(reliabilityBins(probability, mask, bins));
      const error = expected[`expected_calibration_error_${bins}_bins`];
      assert.ok(close(found, error, 1e-6), `${found} is not ${error}`);
    }
  });
}

test("reliabilityBins puts every voxel into the bin that holds its probability", () => {
  fc.assert(fc.property(slices, fc.integer({ min: 1, max: 30 }), (pair, count) => {
    const bins = reliabilityBins(pair.probability, pair.reference, count);
    assert.equal(bins.length, count);
    assert.equal(bins.reduce((sum, { voxels }) => sum + voxels, 0), 12);
    for (const { from, to, voxels, probability, tumor } of bins) {
      assert.ok(tumor <= voxels);
      assert.ok(probability >= from * voxels - 1e-9 && probability <= to * voxels + 1e-9);
    }
  }));
});

test("reliabilityBins of two slices, added, are those of both together", () => {
  fc.assert(fc.property(slices, slices, (a, b) => {
    const joined = {
      probability: {
        data: Float32Array.from([...a.probability.data, ...b.probability.data]),
        shape: [2, 1, 12],
      },
      reference: {
        data: Uint8Array.from([...a.reference.data, ...b.reference.data]),
        shape: [2, 1, 12],
      },
    };
    const added = addReliabilityBins(
      reliabilityBins(a.probability, a.reference),
      reliabilityBins(b.probability, b.reference),
    );
    const together = reliabilityBins(joined.probability, joined.reference);
    added.forEach((bin, index) => {
      assert.equal(bin.voxels, together[index].voxels);
      assert.equal(bin.tumor, together[index].tumor);
      assert.ok(close(bin.probability, together[index].probability));
    });
  }));
});

test("expectedCalibrationError is 0 for a model that is sure and right, 1 for one that is sure and wrong", () => {
  const sure = { data: new Float32Array([0, 1]), shape: [1, 2] };
  const right = { data: new Uint8Array([0, 1]), shape: [1, 2] };
  const wrong = { data: new Uint8Array([1, 0]), shape: [1, 2] };
  assert.equal(expectedCalibrationError(reliabilityBins(sure, right)), 0);
  assert.equal(expectedCalibrationError(reliabilityBins(sure, wrong)), 1);
});

test("expectedCalibrationError is the curve's mean distance from the diagonal", () => {
  fc.assert(fc.property(slices, ({ probability, reference }) => {
    const bins = reliabilityBins(probability, reference, 5);
    const apart = reliabilityCurve(bins).map(({ meanProbability, tumorFraction, voxels }) =>
      Math.abs(meanProbability - tumorFraction) * voxels / 12
    );
    const expected = apart.reduce((sum, part) => sum + part, 0);
    assert.ok(close(expectedCalibrationError(bins), expected));
  }));
});

test("calibration without voxels has no curve and no error", () => {
  const bins = reliabilityBins(
    { data: new Float32Array(0), shape: [0, 0] },
    { data: new Uint8Array(0), shape: [0, 0] },
  );
  assert.deepEqual(reliabilityCurve(bins), []);
  assert.equal(expectedCalibrationError(bins), NaN);
});

test("reliabilityBins refuses what is no probability, and no bins", () => {
  const reference = { data: new Uint8Array(1), shape: [1, 1] };
  for (const value of [-0.5, 1.5, NaN]) {
    const probability = { data: new Float32Array([value]), shape: [1, 1] };
    assert.throws(() => reliabilityBins(probability, reference), {
      name: "RangeError",
      message:
        `Cannot measure calibration as every probability must be from 0 to 1: current value is ${value}`,
    });
  }
  const certain = { data: new Float32Array([1]), shape: [1, 1] };
  assert.throws(() => reliabilityBins(certain, reference, 0), RangeError);
  assert.throws(() => addReliabilityBins(reliabilityBins(certain, reference), []), TypeError);
});
