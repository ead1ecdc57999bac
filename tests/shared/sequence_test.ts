import assert from "node:assert/strict";
import test from "node:test";
import { isSequence, selectSequences, sequences } from "../../shared/sequence.ts";

const slice = { data: new Uint16Array([1, 2, 3, 4, 5, 6]), height: 1, width: 2, channels: 3 };

test("selectSequences picks channels in the order of the names, keeping the pixels' type", () => {
  assert.deepEqual(selectSequences(slice, ["FLAIR"]), {
    data: new Uint16Array([2, 5]),
    height: 1,
    width: 2,
    channels: 1,
  });
  const turned = selectSequences(slice, ["post-contrast", "pre-contrast"]);
  assert.deepEqual(turned.data, new Uint16Array([3, 1, 6, 4]));
  assert.equal(turned.channels, 2);
});

test("selectSequences of all sequences in order is the slice itself", () => {
  assert.equal(selectSequences(slice, sequences), slice);
  assert.notEqual(selectSequences(slice, sequences.toReversed()), slice);
});

test("selectSequences takes a slice of one channel for the one sequence asked for", () => {
  const gray = { data: new Uint8Array([1, 2]), height: 1, width: 2, channels: 1 };
  assert.equal(selectSequences(gray, ["FLAIR"]), gray);
  assert.equal(selectSequences(gray, ["post-contrast"]), gray);
});

test("selectSequences refuses a slice without the channels", () => {
  const gray = { data: new Uint8Array([1, 2]), height: 1, width: 2, channels: 1 };
  assert.throws(() => selectSequences(gray, sequences), {
    name: "TypeError",
    message:
      "Cannot select pre-contrast, FLAIR, post-contrast as the slice must have the channels " +
      "pre-contrast, FLAIR, post-contrast: current value is 1 channel",
  });
  const four = { data: new Uint8Array(4), height: 1, width: 1, channels: 4 };
  assert.throws(() => selectSequences(four, ["FLAIR"]), /or the FLAIR channel alone.*4 channels/);
});

test("selectSequences refuses a name that is no sequence", () => {
  assert.throws(() => selectSequences(slice, ["T2"]), {
    name: "TypeError",
    message: "Cannot select a sequence as its name must be one of pre-contrast, FLAIR, " +
      "post-contrast: current value is T2",
  });
  assert.equal(isSequence("flair"), false);
  assert.equal(isSequence("FLAIR"), true);
});
