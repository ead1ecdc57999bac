import assert from "node:assert/strict";
import test from "node:test";
import { parseChoice, parseNumber, parseNumbers } from "../../shared/argument.ts";

test("parseNumber reads decimal and scientific notation", () => {
  const cases: [string, number][] = [
    ["12", 12],
    ["-0.5", -0.5],
    ["+3", 3],
    [".25", 0.25],
    ["2.", 2],
    ["1e-4", 1e-4],
    ["1E3", 1000],
    [" 7 ", 7],
  ];
  for (const [text, value] of cases) assert.equal(parseNumber("--x", text), value);
});

test("parseNumber refuses text that only looks like a number to JavaScript", () => {
  for (const text of ["", " ", "0x10", "Infinity", "NaN", "1_000", "1,5", "12px", "1e999", "--1"]) {
    assert.throws(() => parseNumber("--x", text), TypeError, text);
  }
});

test("parseNumber accepts the limits themselves where they are included", () => {
  const limits = { integer: true, minimum: 2, maximum: 7 };
  assert.equal(parseNumber("--depth", "2", limits), 2);
  assert.equal(parseNumber("--depth", "7", limits), 7);
  assert.throws(() => parseNumber("--depth", "1", limits), RangeError);
  assert.throws(() => parseNumber("--depth", "8", limits), RangeError);
  const open = { above: 0, below: 1 };
  assert.throws(() => parseNumber("--validation", "0", open), RangeError);
  assert.throws(() => parseNumber("--validation", "1", open), RangeError);
});

test("parseNumber says which argument, its value and what it must be", () => {
  const message = (text: string, limits: Parameters<typeof parseNumber>[2]) => {
    try {
      parseNumber("--depth", text, limits);
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.equal(
    message("two", { integer: true, minimum: 2, maximum: 7 }),
    'Cannot use --depth as it must be a whole number of at least 2 and at most 7: current value is "two"',
  );
  assert.equal(
    message("2.5", { integer: true }),
    'Cannot use --depth as it must be a whole number: current value is "2.5"',
  );
  assert.equal(
    message("1", { above: 0, below: 1 }),
    'Cannot use --depth as it must be a number above 0 and below 1: current value is "1"',
  );
});

test("parseNumbers reads a list, and names the entry that is wrong", () => {
  assert.deepEqual(parseNumbers("--milestones", "30, 60,90", { integer: true }), [30, 60, 90]);
  assert.deepEqual(parseNumbers("--milestones", " "), []);
  assert.throws(() => parseNumbers("--milestones", "30,x"), /--milestones .*current value is "x"/);
  assert.throws(() => parseNumbers("--milestones", "30,"), TypeError);
});

test("parseChoice takes exactly the words it is given", () => {
  assert.equal(parseChoice("--sequence", "FLAIR", ["all", "FLAIR"]), "FLAIR");
  assert.throws(() => parseChoice("--sequence", "flair", ["all", "FLAIR"]), {
    name: "TypeError",
    message: 'Cannot use --sequence as it must be one of all, FLAIR: current value is "flair"',
  });
});
