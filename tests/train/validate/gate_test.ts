/** Gates, written rightly and wrongly, passed and not. */
import assert from "node:assert/strict";
import { checkGate, parseGate } from "../../../train/validate/gate.ts";
import { patientWith } from "./example_patients.ts";

/** Dice 1, 2/3 and 0; HD95 0, 4.55 and infinite; one patient without any tumor. */
const patients = [
  patientWith("a", 10),
  patientWith("b", 10, 5),
  patientWith("c", 10, 0),
  patientWith("d", 0),
];

function check(text: string) {
  const { value, passed } = checkGate(parseGate(text), patients);
  return [value === null ? null : Number(value.toFixed(6)), passed];
}

Deno.test("checkGate knows every statistic and every operator", () => {
  assert.deepEqual(check("mean(dice)>=0.55"), [0.555556, true]);
  assert.deepEqual(check("mean(dice)>=0.56"), [0.555556, false]);
  assert.deepEqual(check("median(sensitivity)>0.5"), [0.5, false]);
  assert.deepEqual(check("median(sensitivity)>=0.5"), [0.5, true]);
  assert.deepEqual(check("min(dice)<0.01"), [0, true]);
  assert.deepEqual(check("max(iou)<=1"), [1, true]);
  assert.deepEqual(check("percentile(dice, 25) <= 0.34"), [0.333333, true]);
  assert.deepEqual(check(" percentile( dice,75 )>8e-1 "), [0.833333, true]);
});

Deno.test("checkGate takes a missed tumor for infinitely far", () => {
  assert.deepEqual(check("mean(hd95)<=100000"), [Infinity, false]);
  assert.deepEqual(check("median(hd95)<=5"), [4.55, true]);
});

Deno.test("checkGate fails where nothing was measured", () => {
  assert.deepEqual(check("mean(ece)<=1"), [null, false]);
  assert.equal(checkGate(parseGate("mean(dice)>=0"), []).passed, false);
});

Deno.test("parseGate says what is wrong with a gate", () => {
  const wrong: [gate: string, message: RegExp][] = [
    ["dice>0.8", /Cannot use --gate as it must be like "mean\(dice\)>=0\.85"/],
    ["mean(dice)=0.8", /must be like/],
    ["mean(dice)>=", /must be like/],
    [
      "mean(dice)>=good",
      /Cannot use the bound of --gate "mean\(dice\)>=good" as it must be a number/,
    ],
    ["mean(dise)>=0.8", /metric of --gate .* must be one of dice, iou, sensitivity/],
    ["mode(dice)>=0.8", /must be one of mean, median, min, max, percentile/],
    ["percentile(dice)>=0.8", /Cannot use the rank of --gate .* as it must be a number/],
    ["percentile(dice,101)>=0.8", /at most 100: current value is "101"/],
    ["mean(dice,5)>=0.8", /only percentile has one/],
  ];
  for (const [gate, message] of wrong) assert.throws(() => parseGate(gate), message, gate);
});
