/** The signed-rank test against scipy, among equal differences and zeros too. */
import assert from "node:assert/strict";
import test from "node:test";
import { wilcoxonSignedRank } from "../../shared/wilcoxon.ts";
import { readComparisons } from "./golden.ts";

function assertNear(found: number, golden: number, tolerance: number): void {
  assert.ok(Math.abs(found - golden) <= tolerance, `${found} for ${golden}`);
}

test("wilcoxonSignedRank counts out the p-value that scipy has", () => {
  let exact = 0;
  for (const { differences, exactP, positiveRanks } of readComparisons()) {
    const found = wilcoxonSignedRank(differences);
    assert.equal(found.positiveRanks, positiveRanks);
    const pairs = differences.filter((difference) => difference !== 0).length;
    assert.equal(found.pairs, pairs);
    assert.equal(found.positiveRanks + found.negativeRanks, pairs * (pairs + 1) / 2);
    assert.equal(found.exact, exactP !== null);
    if (exactP === null) continue;
    assertNear(found.pValue, exactP, 1e-12);
    exact++;
  }
  assert.ok(exact >= 8);
});

test("wilcoxonSignedRank takes scipy's normal distribution for many pairs", () => {
  for (const { differences, normalP } of readComparisons()) {
    const { pValue, exact } = wilcoxonSignedRank(differences, { exactUpTo: 0 });
    assert.equal(exact, false);
    assertNear(pValue, normalP, 1e-6);
  }
});

test("wilcoxonSignedRank does not care which model is which", () => {
  for (const { differences } of readComparisons()) {
    const turned = wilcoxonSignedRank(differences.map((difference) => -difference));
    assertNear(turned.pValue, wilcoxonSignedRank(differences).pValue, 1e-12);
  }
});

test("wilcoxonSignedRank: nothing speaks for a difference where no pair differs", () => {
  assert.equal(wilcoxonSignedRank([]).pValue, 1);
  assert.equal(wilcoxonSignedRank([0, 0]).pValue, 1);
  assert.equal(wilcoxonSignedRank([0.5]).pValue, 1);
});

test("wilcoxonSignedRank ranks infinite differences above all others and refuses NaN", () => {
  assert.deepEqual(wilcoxonSignedRank([-Infinity, 1, 2]), wilcoxonSignedRank([-9, 1, 2]));
  assert.throws(() => wilcoxonSignedRank([1, NaN]), RangeError);
});
