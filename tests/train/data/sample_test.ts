import assert from "node:assert/strict";
import { applyScaling, sliceScaling } from "../../../shared/scaling.ts";
import { sliceOf } from "../../../shared/volume.ts";
import {
  type Augmentation,
  defaultAugmentation,
  noAugmentation,
} from "../../../train/data/augmentation.ts";
import { fittedImage } from "../../../shared/inference/network_input.ts";
import { resized } from "../support/resized.ts";
import { randomAt } from "../../../train/data/random_at.ts";
import { SampleMaker } from "../../../train/data/sample.ts";
import {
  maskOfSlice,
  type PreparedPatient,
  scaledSlice,
  selectedSlice,
} from "../../../train/data/prepared_patient.ts";
import { largestTumor, preparedSample, preprocessing } from "./patients.ts";

const patient = await preparedSample(0);
const tumorSlice = largestTumor(patient);
const full = { height: 256, width: 256 }, half = { height: 128, width: 128 };

interface Sample {
  readonly image: Float32Array;
  readonly mask: Uint8Array;
}

function makeSamples(
  from: PreparedPatient,
  augmentation: Augmentation,
  size: { height: number; width: number },
  crop?: { height: number; width: number },
) {
  const maker = new SampleMaker({ augmentation, preprocessing, size, crop });
  return function make(index: number, position = 0): Sample {
    const pixels = size.height * size.width;
    const image = new Float32Array(pixels * from.sequences.length).fill(NaN);
    const mask = new Uint8Array(pixels).fill(255);
    maker.write(from, index, maker.draw(from, index, randomAt(1, 1, position)), image, mask);
    return { image, mask };
  };
}

/** One channel of an image. */
function channelOf({ image }: Sample, channel: number, channels = 3): Float32Array {
  return image.filter((_, index) => index % channels === channel);
}

/** The patient with its mask in place of all sequences: what happens to it happens to the mask. */
function maskAsImage(from: PreparedPatient): PreparedPatient {
  const data = new Uint8Array(from.mask.data.length * 3);
  for (let i = 0; i < data.length; i++) data[i] = from.mask.data[Math.floor(i / 3)] * 255;
  const scaling = { offset: 0, divisor: 255, minimum: 0, maximum: 1 };
  return { ...from, volume: { ...from.volume, data }, scaling: [scaling, scaling, scaling] };
}

Deno.test("SampleMaker without augmentation gives each slice as inference scales it, to the bit", () => {
  const make = makeSamples(patient, noAugmentation, full);
  for (let index = 0; index < patient.volume.slices; index++) {
    const { image, mask } = make(index);
    assert.deepEqual(image, scaledSlice(patient, index));
    assert.deepEqual(mask, maskOfSlice(patient, index));
  }
});

Deno.test("SampleMaker gives the sequences that the network takes", async () => {
  const some = await preparedSample(0, ["post-contrast", "FLAIR"]);
  const { image } = makeSamples(some, noAugmentation, full)(tumorSlice);
  assert.deepEqual(image, scaledSlice(some, tumorSlice));
});

Deno.test("SampleMaker moves image and mask alike, over hundreds of draws at any size", () => {
  const geometry = { rotation: 180, zoom: 0.5, shift: 0.2, flip: 0.5, verticalFlip: 0.5 };
  const doubled = maskAsImage(patient), crop = { height: 180, width: 200 };
  const sizes = [[full], [half], [{ height: 90, width: 100 }, crop], [{ height: 64, width: 64 }]];
  for (const [size, window] of sizes) {
    const make = makeSamples(doubled, { ...noAugmentation, ...geometry }, size, window);
    for (let position = 0; position < 60; position++) {
      const sample = make(tumorSlice, position);
      const drawn = channelOf(sample, position % 3).map((value) => value >= 0.5 ? 1 : 0);
      assert.deepEqual(Uint8Array.from(drawn), sample.mask);
    }
  }
});

Deno.test("SampleMaker keeps the tumor's center in image and mask together under every augmentation", () => {
  const center = (weights: Float32Array | Uint8Array, width: number) => {
    let sum = 0, x = 0, y = 0;
    for (const [index, weight] of weights.entries()) {
      sum += weight;
      x += weight * (index % width);
      y += weight * Math.floor(index / width);
    }
    return { x: x / sum, y: y / sum, sum };
  };
  // Nothing that changes the values of the background, which would weigh in.
  const quiet = {
    ...defaultAugmentation,
    noise: 0,
    brightness: 0,
    offsetJitter: 0,
    sliceScaling: 0,
  };
  const make = makeSamples(maskAsImage(patient), { ...quiet, contrast: 0 }, half);
  for (let position = 0; position < 300; position++) {
    const sample = make(tumorSlice, position);
    const image = center(channelOf(sample, 1), 128), mask = center(sample.mask, 128);
    assert.ok(mask.sum > 0);
    assert.ok(Math.hypot(image.x - mask.x, image.y - mask.y) < 0.25, `draw ${position}`);
  }
});

Deno.test("SampleMaker keeps values in the range of the scaling, and masks binary", () => {
  const wide = patient.scaling.map((channel) => ({ ...channel, minimum: -0.5, maximum: 1.5 }));
  const strong = { ...defaultAugmentation, blur: 2, contrast: 1, brightness: 0.5, noise: 0.2 };
  const make = makeSamples({ ...patient, scaling: wide }, { ...strong, sliceScaling: 0 }, half);
  let reachedLow = false, reachedHigh = false;
  for (let position = 0; position < 60; position++) {
    const { image, mask } = make(position % patient.volume.slices, position);
    for (const value of image) {
      assert.ok(value >= -0.5 && value <= 1.5);
      reachedLow ||= value < -0.45;
      reachedHigh ||= value > 1.45;
    }
    assert.ok(mask.every((value) => value === 0 || value === 1));
  }
  assert.ok(reachedLow && reachedHigh);
});

Deno.test("SampleMaker at half the resolution has the means of four pixels", () => {
  const { image, mask } = makeSamples(patient, noAugmentation, half)(tumorSlice);
  const scaled = scaledSlice(patient, tumorSlice), reference = maskOfSlice(patient, tumorSlice);
  for (let row = 0; row < 128; row++) {
    for (let column = 0; column < 128; column++) {
      const pixels = [0, 1, 256, 257].map((step) => 2 * row * 256 + 2 * column + step);
      for (let channel = 0; channel < 3; channel++) {
        const mean = pixels.reduce((sum, pixel) => sum + scaled[3 * pixel + channel], 0) / 4;
        assert.ok(Math.abs(image[(row * 128 + column) * 3 + channel] - mean) < 1e-6);
      }
      const covered = pixels.reduce((sum, pixel) => sum + reference[pixel], 0);
      assert.equal(mask[row * 128 + column], covered >= 2 ? 1 : 0);
    }
  }
});

Deno.test("SampleMaker crops without touching a pixel", () => {
  const crop = { height: 100, width: 120 };
  const maker = new SampleMaker({ augmentation: noAugmentation, preprocessing, size: crop, crop });
  const scaled = scaledSlice(patient, tumorSlice), places = new Set<string>();
  for (let position = 0; position < 10; position++) {
    const draw = maker.draw(patient, tumorSlice, randomAt(position));
    const image = new Float32Array(100 * 120 * 3), mask = new Uint8Array(100 * 120);
    maker.write(patient, tumorSlice, draw, image, mask);
    const { top, left } = draw.window;
    places.add(`${top} ${left}`);
    for (const row of [0, 57, 99]) {
      const start = ((top + row) * 256 + left) * 3;
      assert.deepEqual(
        image.subarray(row * 120 * 3, (row + 1) * 120 * 3),
        scaled.subarray(start, start + 120 * 3),
      );
    }
  }
  assert.ok(places.size > 5);
});

Deno.test("SampleMaker fills a slice smaller than the window up as inference does, to the bit", () => {
  const cut = resized(patient, 250, 150);
  // Air is not black everywhere: what a slice is filled up with is.
  const data = (cut.volume.data as Uint8Array).map((value) => Math.max(value, 60));
  for (const small of [cut, { ...cut, volume: { ...cut.volume, data } }]) {
    const size = { height: 256, width: 160 };
    const { image, mask } = makeSamples(small, noAugmentation, size, size)(tumorSlice);
    const slice = selectedSlice(small, tumorSlice);
    const expected = fittedImage({ sizeMultiple: 32, downsampling: 1 }, slice, small.scaling);
    assert.deepEqual(expected.shape, [1, 3, 256, 160]);
    const planes = [0, 1, 2].flatMap((channel) => [...channelOf({ image, mask }, channel)]);
    assert.deepEqual(Float32Array.from(planes), expected.data);
    const reference = maskOfSlice(small, tumorSlice);
    for (const [pixel, tumor] of mask.entries()) {
      const row = Math.floor(pixel / 160), column = pixel % 160, inside = row < 250 && column < 150;
      assert.equal(tumor, inside ? reference[row * 150 + column] : 0);
    }
  }
});

Deno.test("SampleMaker can scale a slice by its own percentiles, as if it came alone", () => {
  const { image } = makeSamples(patient, { ...noAugmentation, sliceScaling: 1 }, full)(3);
  const slice = sliceOf(patient.volume, 3);
  assert.deepEqual(image, applyScaling(slice, sliceScaling(slice, preprocessing)));
  assert.notDeepEqual(image, scaledSlice(patient, 3));
});

Deno.test("SampleMaker replaces missing sequences by what became of FLAIR", () => {
  const make = makeSamples(patient, { ...defaultAugmentation, sequenceDropout: 1 }, half);
  const copies = [0, 2].map((channel) =>
    Array.from({ length: 30 }, (_, position) => {
      const sample = make(tumorSlice, position);
      const flair = channelOf(sample, 1);
      return channelOf(sample, channel).every((value, pixel) => value === flair[pixel]);
    })
  );
  const together = copies[0].filter((copied, position) => copied && copies[1][position]).length;
  assert.ok(copies[0].some((copied) => !copied) && copies[1].some((copied) => !copied));
  assert.ok(together > 0 && together < 30);
  assert.ok(copies[0].every((copied, position) => copied || copies[1][position]));
});

Deno.test("SampleMaker keeps sequences that the data lacks copies of FLAIR", () => {
  const data = Uint8Array.from(patient.volume.data);
  for (let pixel = 0; pixel < data.length; pixel += 3) data[pixel + 2] = data[pixel + 1];
  const [pre, flairScaling] = patient.scaling;
  const lacking = {
    ...patient,
    volume: { ...patient.volume, data },
    scaling: [pre, flairScaling, flairScaling],
  };
  const make = makeSamples(lacking, { ...defaultAugmentation, sequenceDropout: 0 }, half);
  for (let position = 0; position < 10; position++) {
    const sample = make(tumorSlice, position);
    assert.deepEqual(channelOf(sample, 2), channelOf(sample, 1));
    assert.notDeepEqual(channelOf(sample, 0), channelOf(sample, 1));
  }
});

Deno.test("SampleMaker fills what it has to invent with the slice's own air", () => {
  // Air of the pre-contrast sequence raised to 60, as some published patients have it.
  const data = Uint8Array.from(
    patient.volume.data,
    (value, index) => index % 3 === 0 ? 60 + value / 2 : value,
  );
  const raised = { ...patient, volume: { ...patient.volume, data } };
  const make = makeSamples(raised, { ...noAugmentation, rotation: 180, shift: 0.5 }, full);
  const [{ offset, divisor }] = patient.scaling;
  const air = (60 - offset) / divisor;
  for (let position = 0; position < 10; position++) {
    const darkest = channelOf(make(tumorSlice, position), 0).reduce((a, b) => Math.min(a, b));
    assert.ok(Math.abs(darkest - air) < 1e-3, `${darkest}, but air is ${air}`);
  }
});

Deno.test("SampleMaker gives black for a black slice, and no NaN", () => {
  const black = {
    ...patient,
    volume: { ...patient.volume, data: new Uint8Array(patient.volume.data.length) },
  };
  const make = makeSamples(black, { ...defaultAugmentation, noise: 0, brightness: 0 }, half);
  for (let position = 0; position < 20; position++) {
    assert.ok(make(0, position).image.every((value) => !Number.isNaN(value)));
  }
  const constant = black.scaling.map((channel) => ({ ...channel, divisor: 0 }));
  const still = makeSamples({ ...black, scaling: constant }, noAugmentation, half);
  assert.ok(still(0).image.every((value) => value === 0));
});

Deno.test("SampleMaker refuses pixels that have not 8 bits, and settings out of range", () => {
  const deep = {
    ...patient,
    volume: { ...patient.volume, data: new Uint16Array(patient.volume.data) },
  };
  assert.throws(
    () => makeSamples(deep, noAugmentation, full)(0),
    (error) =>
      error instanceof TypeError && /must have 8 bits: current value is 16/.test(error.message),
  );
  assert.throws(() => makeSamples(patient, { ...noAugmentation, flip: 2 }, full), RangeError);
});
