/** The shipped cards' intensities: what they were measured for is to warn of other pictures, and of no patient. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { readCard } from "../../edge/model_files.ts";
import { sliceWarnings, warningsOf } from "../../edge/warnings.ts";
import { measureIntensities, showsHead } from "../../shared/intensities.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import { sliceOf, type Volume } from "../../shared/volume.ts";
import { readSampleVolume } from "../shared/golden.ts";
import { root } from "./support/files.ts";

const models = new URL("edge/models/", root);
const names = (await readdir(new URL("train/sample", root))).filter((name) =>
  name.startsWith("TCGA_")
);
const patients = await Promise.all(names.map(readSampleVolume));
const inverted = patients.map((volume) => filled(volume, (index) => 255 - volume.data[index]));

/** A volume of the same size with other values. */
function filled(volume: Volume, valueAt: (index: number) => number): Volume {
  return { ...volume, data: Uint8Array.from(volume.data, (_, index) => valueAt(index)) };
}

/** A volume of the same size of noise from 0 to 255, by Lehmer's generator. */
function noiseAs(volume: Volume): Volume {
  let state = 1;
  return filled(volume, () => (state = state * 48271 % 0x7fffffff) & 255);
}

function warningsOfVolume(volume: Volume, card: ModelCard): string[] {
  return warningsOf(measureIntensities(volume), card, "volumes");
}

/** Those of each slice that is sent on its own, and shows as much of a head as the card's slices do. */
function warningsOfSlices(volume: Volume, card: ModelCard): string[][] {
  const slices = Array.from({ length: volume.slices }, (_, index) => sliceOf(volume, index));
  return slices.filter((slice) => showsHead(measureIntensities(slice)))
    .map((slice) => sliceWarnings(slice, card));
}

for (const name of await readdir(models)) {
  const { card } = await readCard(new URL(`${name}/`, models));

  Deno.test(`by the card of ${name}, no sample patient is warned of, and none of their slices`, () => {
    assert.equal(patients.length, 4);
    for (const patient of patients) {
      assert.deepEqual(warningsOfVolume(patient, card), []);
      assert.deepEqual(warningsOfSlices(patient, card).flat(), []);
    }
  });

  Deno.test(`by the card of ${name}, every sample patient is warned of when inverted, and all of their slices`, () => {
    for (const patient of inverted) {
      const slices = warningsOfSlices(patient, card);
      assert.ok(slices.length >= 15, `${slices.length}`);
      for (const warnings of [warningsOfVolume(patient, card), ...slices]) {
        assert.match(warnings.join(), /is unlike what the model was trained on: /);
      }
    }
  });

  Deno.test(`by the card of ${name}, a volume of noise is warned of`, () => {
    for (const patient of patients) {
      const warnings = warningsOfVolume(noiseAs(patient), card);
      assert.match(warnings.join(), /the share of the picture that is head is 0\.88/);
    }
  });
}
