/** Tumors that are made fainter: by how much, where, and that nothing else of a slice changes. */
import assert from "node:assert/strict";
import { foregroundPreprocessing } from "../../../shared/scaling.ts";
import { type Sequence, sequences } from "../../../shared/sequence.ts";
import { countChannels } from "../../../shared/value_counts.ts";
import type { Patient } from "../../../train/data/dataset.ts";
import { noAugmentation } from "../../../train/data/augmentation.ts";
import { maskOfSlice, preparePatient } from "../../../train/data/prepared_patient.ts";
import { randomAt } from "../../../train/data/random_at.ts";
import { SampleMaker } from "../../../train/data/sample.ts";
import { drawTumorContrast } from "../../../train/data/tumor_fading.ts";
import { largestTumor, samplePatient } from "./patients.ts";

const preprocessing = foregroundPreprocessing;
const sample = await samplePatient(1), patient = preparePatient(sample, sequences, preprocessing);
const tumorSlice = largestTumor(patient), reference = maskOfSlice(patient, tumorSlice);
const { height, width } = patient.volume, flair = 1;

/** A slice with the tumor's contrast as given: [height, width, sequences], and its mask. */
function written(tumorContrast: number, index = tumorSlice, prepared = patient) {
  const maker = new SampleMaker({
    augmentation: noAugmentation,
    preprocessing,
    size: { height, width },
  });
  const draw = { ...maker.draw(prepared, index, randomAt(1)), tumorContrast };
  const image = new Float32Array(height * width * prepared.sequences.length);
  const mask = new Uint8Array(height * width);
  maker.write(prepared, index, draw, image, mask);
  return { image, mask };
}

/** How many of the pixels within two of one are tumor, of how many. */
function tumorAround(row: number, column: number): { tumor: number; pixels: number } {
  let tumor = 0, pixels = 0;
  for (let y = Math.max(row - 2, 0); y <= Math.min(row + 2, height - 1); y++) {
    for (let x = Math.max(column - 2, 0); x <= Math.min(column + 2, width - 1); x++) {
      tumor += reference[y * width + x];
      pixels++;
    }
  }
  return { tumor, pixels };
}

Deno.test("a faded tumor has lost the share of its contrast, in FLAIR alone and where it is brighter than its surroundings", () => {
  const whole = written(1), faded = written(0.4);
  assert.deepEqual(faded.mask, whole.mask);
  assert.deepEqual([...faded.mask], [...reference]);
  // The level that the brightest pixel within the tumor moves towards is everyone's.
  let level = NaN, brightest = -Infinity, fainter = 0, same = 0;
  for (let pixel = 0; pixel < height * width; pixel++) {
    const { tumor, pixels } = tumorAround(Math.floor(pixel / width), pixel % width);
    const at = pixel * sequences.length + flair, before = whole.image[at];
    if (tumor < pixels || before <= brightest) continue;
    brightest = before;
    level = before - (before - faded.image[at]) / 0.6;
  }
  assert.ok(
    level > -1 && level < brightest - 0.3,
    `${level}, the brightest pixel has ${brightest}`,
  );
  for (const [at, value] of faded.image.entries()) {
    const pixel = Math.floor(at / sequences.length), before = whole.image[at];
    const { tumor, pixels } = tumorAround(Math.floor(pixel / width), pixel % width);
    const excess = at % sequences.length === flair ? Math.max(before - level, 0) : 0;
    assert.ok(Math.abs(value - (before - tumor / pixels * 0.6 * excess)) < 1e-5, `pixel ${pixel}`);
    if (reference[pixel] === 0 || at % sequences.length !== flair) continue;
    if (value < before) fainter++;
    else same++;
  }
  assert.ok(
    fainter > 100 && same > 0,
    `${fainter} pixels of the tumor are fainter, ${same} are not`,
  );
});

Deno.test("a slice without tumor, and a tumor whose contrast is all left, stay as they are", () => {
  const healthy = Array.from({ length: patient.volume.slices }, (_, index) => index)
    .find((index) => !maskOfSlice(patient, index).includes(1))!;
  assert.deepEqual(written(0, healthy), written(1, healthy));
});

Deno.test("sequences that FLAIR stands in for get the faded tumor", () => {
  const lone = preparePatient(flairAlone(sample), sequences, preprocessing);
  const { image } = written(0.4, tumorSlice, lone), whole = written(1, tumorSlice, lone).image;
  assert.notDeepEqual(image, whole);
  for (let at = 0; at < image.length; at += 3) {
    assert.ok(image[at] === image[at + 1] && image[at] === image[at + 2]);
  }
});

Deno.test("a network that does not see FLAIR sees no tumor fade", () => {
  const wanted: Sequence[] = ["post-contrast"];
  const blind = preparePatient(sample, wanted, preprocessing);
  assert.deepEqual(written(0, tumorSlice, blind), written(1, tumorSlice, blind));
});

Deno.test("tumor contrasts are drawn from what the setting leaves to all of it; without it nothing is drawn", () => {
  const drawn = Array.from(
    { length: 500 },
    (_, place) => drawTumorContrast({ tumorFading: 0.7 }, randomAt(place)),
  );
  assert.ok(Math.min(...drawn) < 0.32 && Math.max(...drawn) > 0.98);
  assert.ok(drawn.every((contrast) => contrast >= 0.3 - 1e-9 && contrast <= 1));
  for (const none of [{}, { tumorFading: 0 }]) {
    const random = randomAt(1);
    assert.equal(drawTumorContrast(none, random), 1);
    assert.equal(random.fraction(), randomAt(1).fraction());
  }
});

/** The patient as the data has those of whom FLAIR alone was taken. */
function flairAlone(patient: Patient): Patient {
  const { volume } = patient;
  const data = Uint8Array.from(
    volume.data,
    (_, at) => volume.data[at - at % sequences.length + flair],
  );
  const valueCounts = countChannels({ data, channels: volume.channels });
  return { ...patient, volume: { ...volume, data }, valueCounts };
}
