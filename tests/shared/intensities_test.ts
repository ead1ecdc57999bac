import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeImage } from "../../shared/image/decode.ts";
import {
  intensityCard,
  intensityWarnings,
  measureIntensities,
  pickSequences,
  showsHead,
} from "../../shared/intensities.ts";
import { parseModelCard } from "../../shared/parse_model_card.ts";
import { sequences } from "../../shared/sequence.ts";
import { stackSlices } from "../../shared/stack_slices.ts";
import type { Slice } from "../../shared/volume.ts";
import { readFixture, readRepositoryFile } from "./repository.ts";

const slice = await decodeImage(readFixture("slice.png"));
const card = parseModelCard(
  new TextDecoder().decode(readRepositoryFile("edge/models/reference/card.json")),
);

function warningsOf(picture: Slice): string[] {
  return intensityWarnings(measureIntensities(picture), sequences, card.intensities!.slices);
}

function mapped(change: (value: number, index: number) => number): Slice {
  return { ...slice, data: slice.data.map(change) as Uint8Array };
}

test("intensityWarnings() says nothing of a slice of the data, however bright it is", () => {
  assert.deepEqual(warningsOf(slice), []);
  const brighter = { ...slice, data: Float32Array.from(slice.data, (value) => 17.5 * value) };
  assert.deepEqual(warningsOf(brighter), []);
});

test("intensityWarnings() names the channels of a slice that is inverted", () => {
  const warnings = warningsOf(mapped((value) => 255 - value));
  assert.equal(warnings.length, 3);
  assert.match(warnings[1], /^FLAIR is unlike what the model was trained on: .*is 0\.\d\d, usual/);
});

test("intensityWarnings() names the one channel that is constant", () => {
  const warnings = warningsOf(mapped((value, index) => index % 3 === 1 ? 7 : value));
  assert.deepEqual(warnings, ["FLAIR is constant: it shows nothing."]);
});

test("intensityWarnings() without a card names only what is constant", () => {
  const inverted = measureIntensities(mapped((value) => 255 - value));
  assert.deepEqual(intensityWarnings(inverted, sequences), []);
  const black = measureIntensities(mapped(() => 0));
  assert.equal(intensityWarnings(black, sequences).length, 3);
});

test("intensityWarnings() refuses other channels than the card's", () => {
  const gray = measureIntensities({ data: new Uint8Array(4), channels: 1 });
  assert.throws(() => intensityWarnings(gray, sequences), TypeError);
});

test("intensityCard() measures volumes, and of slices those that show a head", async () => {
  const black = { ...slice, data: new Uint8Array(slice.data.length) };
  const volume = stackSlices([black, slice]);
  const { volumes, slices } = await intensityCard("one", [volume], ["FLAIR"]);
  const [, flair] = measureIntensities(slice), [, whole] = measureIntensities(volume);
  assert.deepEqual(slices, [{
    head: { mean: flair.head, deviation: 0 },
    dark: { mean: flair.dark, deviation: 0 },
    median: { mean: flair.median, deviation: 0 },
    bright: { mean: flair.bright, deviation: 0 },
  }]);
  assert.equal(volumes[0].head.mean, whole.head);
  assert.equal(showsHead(measureIntensities(black)), false);
});

test("intensityCard() refuses to tell what is usual for nobody", async () => {
  await assert.rejects(intensityCard("nobody", [], sequences), RangeError);
});

for (
  const [what, intensities, message] of [
    ["no patients", { volumes: [], slices: [] }, /intensities\.patients must be a text/],
    ["another number of channels", { patients: "x", volumes: [], slices: [] }, /a list of 3/],
    ["a spread that is none", {
      ...card.intensities,
      slices: Array(3).fill({ ...card.intensities!.slices[0], dark: { mean: 1, deviation: -1 } }),
    }, /deviation must be a number from 0/],
  ] as const
) {
  test(`parseModelCard() refuses intensities with ${what}`, () => {
    assert.throws(() => parseModelCard({ ...card, intensities }), message);
  });
}

test("pickSequences() refuses channels of which it cannot be told what they hold", () => {
  assert.throws(
    () => pickSequences([1, 2], ["FLAIR"]),
    new TypeError(
      "Cannot pick FLAIR as there must be a channel for each of them, or for each of " +
        "pre-contrast, FLAIR, post-contrast: current value is 2 channels",
    ),
  );
  assert.throws(() => pickSequences([1, 2, 3], ["T2"]), TypeError);
});
