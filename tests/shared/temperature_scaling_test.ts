/** Temperature scaling, where the best temperature can be told by hand, and on probabilities of a real model. */
import assert from "node:assert/strict";
import test from "node:test";
import { expectedCalibrationError, reliabilityBins } from "../../shared/calibration.ts";
import {
  addLogitHistograms,
  atTemperature,
  fitTemperature,
  logitHistogram,
  reliabilityBinsAt,
} from "../../shared/temperature_scaling.ts";
import { readCalibrationCases, readForwardTensor, readSurfaceCases } from "./golden.ts";

const line = <T>(data: T) => ({ data, shape: [1, (data as { length: number }).length] });

/** `wrong` of 100 voxels are not what the model says of them with a probability of `p`. */
function sureOf(p: number, wrong: number) {
  const probability = Float32Array.from({ length: 200 }, (_, i) => i < 100 ? p : 1 - p);
  const tumor = Uint8Array.from(
    { length: 200 },
    (_, i) => Number(i < 100 - wrong || i >= 200 - wrong),
  );
  return logitHistogram(line(probability), line(tumor));
}

const logit = (p: number) => Math.log(p / (1 - p));

test("fitTemperature finds the temperature at which a model is as sure as it is right", () => {
  for (const [p, wrong] of [[0.95, 20], [0.6, 5], [0.999, 1], [0.9, 10]]) {
    const fitted = fitTemperature(sureOf(p, wrong)), best = logit(p) / logit(1 - wrong / 100);
    assert.ok(Math.abs(fitted / best - 1) < 0.01, `${fitted} for ${best}`);
  }
});

test("fitTemperature ends at its limits where no temperature in between is best", () => {
  assert.equal(fitTemperature(sureOf(0.9, 0)), 0.01, "always right");
  assert.equal(fitTemperature(sureOf(0.9, 60)), 100, "mostly wrong");
  assert.equal(
    fitTemperature(logitHistogram(line(new Float32Array(0)), line(new Uint8Array(0)))),
    NaN,
  );
});

test("logitHistogram takes probabilities of 0 and 1, and refuses others", () => {
  const { tumor, background } = logitHistogram(
    line(new Float32Array([0, 1])),
    line(new Uint8Array([0, 1])),
  );
  assert.equal(background.indexOf(1), 0);
  assert.ok(tumor.indexOf(1) < tumor.length && tumor.indexOf(1) > tumor.length / 2);
  for (const wrong of [-0.1, 1.5, NaN]) {
    const probability = line(new Float32Array([wrong]));
    assert.throws(() => logitHistogram(probability, line(new Uint8Array(1))), RangeError);
  }
});

test("addLogitHistograms gives what all voxels together give", () => {
  const probability = new Float32Array([0.1, 0.9, 0.4, 0.6]), tumor = new Uint8Array([0, 1, 1, 0]);
  const parts = [[0, 2], [2, 4]].map(([from, to]) =>
    logitHistogram(line(probability.subarray(from, to)), line(tumor.subarray(from, to)))
  );
  assert.deepEqual(
    addLogitHistograms(parts[0], parts[1]),
    logitHistogram(line(probability), line(tumor)),
  );
});

test("reliabilityBinsAt equals the calibration of the probabilities themselves, at any temperature", () => {
  const { patient, slice } = readCalibrationCases()[0];
  const { reference } = readSurfaceCases().find(({ name }) => name === patient)!;
  const probability = line(readForwardTensor(`${patient}.probability`));
  const size = probability.data.length;
  const tumor = line(reference.data.subarray(slice * size, (slice + 1) * size));
  const histogram = logitHistogram(probability, tumor);
  for (const temperature of [0.5, 1, 1.7]) {
    const scaled = line(probability.data.map((p) => atTemperature(p, temperature)));
    const exact = expectedCalibrationError(reliabilityBins(scaled, tumor));
    const found = expectedCalibrationError(reliabilityBinsAt(histogram, temperature));
    assert.ok(Math.abs(found - exact) < 2e-5, `${found} for ${exact} at ${temperature}`);
  }
  const temperature = fitTemperature(histogram),
    best = likelihood(probability.data, tumor.data, temperature);
  for (const other of [0.95, 1.05]) {
    assert.ok(best < likelihood(probability.data, tumor.data, temperature * other));
  }
});

/** The negative logarithm of the likelihood: the lower, the better. */
function likelihood(probability: Float32Array, tumor: Uint8Array, temperature: number): number {
  return probability.reduce((sum, p, i) => {
    // What a float of 1 stands for; the logarithm of 0 would be infinite.
    const scaled = atTemperature(Math.min(p, 1 - 2 ** -25), temperature);
    return sum - Math.log(tumor[i] ? scaled : 1 - scaled);
  }, 0);
}
