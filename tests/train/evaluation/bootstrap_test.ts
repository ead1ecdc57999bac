/** The bootstrap against scipy's. */
import assert from "node:assert/strict";
import { mean } from "../../../train/evaluation/average.ts";
import { bootstrapInterval, bootstrapMeans } from "../../../train/evaluation/bootstrap.ts";
import { readComparisons } from "../../shared/golden.ts";

Deno.test("bootstrapInterval of differences is the paired bootstrap's of scipy, but for chance", () => {
  let compared = 0;
  for (const { differences, interval } of readComparisons()) {
    if (!interval) continue;
    const { low, high } = bootstrapInterval(differences)!;
    // Ten thousand resamples place an interval's ends to a few hundredths of its width.
    const tolerance = 0.05 * (interval[1] - interval[0]);
    assert.ok(Math.abs(low - interval[0]) < tolerance, `${low} for ${interval[0]}`);
    assert.ok(Math.abs(high - interval[1]) < tolerance, `${high} for ${interval[1]}`);
    compared++;
  }
  assert.ok(compared >= 8);
});

Deno.test("bootstrapInterval has the level that it is asked for", () => {
  const [{ differences }] = readComparisons().filter(({ differences }) =>
    differences.length === 50
  );
  const wide = bootstrapInterval(differences)!,
    narrow = bootstrapInterval(differences, { level: 0.5 })!;
  const means = bootstrapMeans(differences);
  for (const [{ low, high }, level] of [[wide, 0.95], [narrow, 0.5]] as const) {
    const within = means.filter((value) => value >= low && value <= high).length / means.length;
    assert.ok(Math.abs(within - level) < 0.001, `${within} for ${level}`);
  }
});

Deno.test("bootstrapMeans scatter around the mean and are the same for the same seed", () => {
  const values = [0.2, 0.9, 0.4, 0.6], means = bootstrapMeans(values, { resamples: 5000 });
  assert.equal(means.length, 5000);
  assert.ok(Math.abs(mean([...means])! - mean(values)!) < 0.01);
  assert.deepEqual(bootstrapMeans(values, { resamples: 5000 }), means);
  assert.notDeepEqual(bootstrapMeans(values, { resamples: 5000, seed: 1 }), means);
});
