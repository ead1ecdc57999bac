/** What augmentation makes of a slice's values, one setting at a time, held against the same worked out by hand. */
import assert from "node:assert/strict";
import {
  type ChannelScaling,
  foregroundPreprocessing,
  sliceScaling,
} from "../../../shared/scaling.ts";
import { sequences } from "../../../shared/sequence.ts";
import { sliceOf } from "../../../shared/volume.ts";
import { type Augmentation, noAugmentation } from "../../../train/data/augmentation.ts";
import { preparePatient, scaledSlice } from "../../../train/data/prepared_patient.ts";
import { randomAt } from "../../../train/data/random_at.ts";
import { type SampleDraw, SampleMaker } from "../../../train/data/sample.ts";
import { largestTumor, samplePatient } from "./patients.ts";

// A range other than 0 to 1, so that what is a fraction of the range cannot pass for a value.
const preprocessing = foregroundPreprocessing, minimum = -1.5, maximum = 1.5;
const patient = preparePatient(await samplePatient(0), sequences, preprocessing);
const tumorSlice = largestTumor(patient), slice = sliceOf(patient.volume, tumorSlice);
const { height, width } = slice, channels = sequences.length;

/** Draws, and writes samples of the one slice, with these settings and no others. */
function makerOf(settings: Partial<Augmentation>) {
  const augmentation = { ...noAugmentation, ...settings };
  const maker = new SampleMaker({ augmentation, preprocessing, size: { height, width } });
  return {
    draw: (position: number) => maker.draw(patient, tumorSlice, randomAt(1, 1, position)),
    write(draw: SampleDraw): Float32Array {
      const image = new Float32Array(slice.data.length).fill(NaN);
      maker.write(patient, tumorSlice, draw, image, new Uint8Array(height * width));
      return image;
    },
  };
}

function clip(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

/** What becomes of an 8-bit pixel of one channel. */
type ByHand = (pixel: number, scaling: ChannelScaling, draw: SampleDraw, channel: number) => number;

const scaled = (pixel: number, { offset, divisor }: ChannelScaling) =>
  clip((pixel - offset) / divisor, minimum, maximum);

/** A change of the level: 0 at the bottom of the range, 1 at its top. */
function ofLevel(change: (level: number, draw: SampleDraw, channel: number) => number): ByHand {
  return (pixel, scaling, draw, channel) => {
    const level = (scaled(pixel, scaling) - minimum) / (maximum - minimum);
    return minimum + (maximum - minimum) * clip(change(level, draw, channel), 0, 1);
  };
}

const gammaByHand = ofLevel((level, { intensity }, channel) => level ** intensity[channel].gamma);

/** Each setting of a value, how strong, and what it does. */
const cases: readonly (readonly [keyof Augmentation, number, ByHand])[] = [
  ["gamma", 0.5, gammaByHand],
  [
    "contrast",
    0.5,
    ofLevel((level, draw, channel) => 0.5 + (level - 0.5) * draw.intensity[channel].contrast),
  ],
  ["gain", 0.5, ofLevel((level, draw, channel) => level * draw.intensity[channel].gain)],
  [
    "brightness",
    0.2,
    ofLevel((level, draw, channel) => level + draw.intensity[channel].brightness),
  ],
  [
    "divisorJitter",
    0.3,
    (pixel, { offset, divisor }, { scalingError }, channel) =>
      clip((pixel - offset) / (divisor * scalingError.divisors[channel]), minimum, maximum),
  ],
  [
    "offsetJitter",
    0.3,
    (pixel, { offset, divisor }, { scalingError }, channel) =>
      clip((pixel - offset) / divisor - scalingError.offsets[channel], minimum, maximum),
  ],
];

function assertByHand(
  image: Float32Array,
  draw: SampleDraw,
  byHand: ByHand,
  scaling: readonly ChannelScaling[],
): void {
  const error = new Array(channels).fill(0), change = new Array(channels).fill(0);
  for (const [index, value] of image.entries()) {
    const channel = index % channels, pixel = slice.data[index];
    const expected = byHand(pixel, scaling[channel], draw, channel);
    error[channel] = Math.max(error[channel], Math.abs(value - expected));
    const before = scaled(pixel, scaling[channel]);
    change[channel] = Math.max(change[channel], Math.abs(value - before));
  }
  assert.ok(error.every((most) => most < 1e-5), `channels are off by ${error}`);
  assert.ok(change.every((most) => most > 1e-3), `channels were changed by no more than ${change}`);
}

for (const [name, strength, byHand] of cases) {
  Deno.test(`SampleMaker changes each sequence by its own draw of ${name}, by hand-computed amounts`, () => {
    const { draw, write } = makerOf({ [name]: strength });
    for (let position = 0; position < 3; position++) {
      const drawn = draw(position);
      assertByHand(write(drawn), drawn, byHand, patient.scaling);
    }
  });
}

Deno.test("SampleMaker changes a slice that is scaled by its own percentiles, too", () => {
  const { draw, write } = makerOf({ gamma: 0.5, sliceScaling: 1 });
  const drawn = draw(0);
  assertByHand(write(drawn), drawn, gammaByHand, sliceScaling(slice, preprocessing));
});

/** One pixel blurred by a Gaussian in two dimensions; the edge's pixels stand in for those beyond. */
function blurredAt(
  image: Float32Array,
  row: number,
  column: number,
  channel: number,
  deviation: number,
) {
  const reach = Math.ceil(3 * deviation);
  let sum = 0, weights = 0;
  for (let down = -reach; down <= reach; down++) {
    for (let right = -reach; right <= reach; right++) {
      const weight = Math.exp(-(down ** 2 + right ** 2) / (2 * deviation ** 2));
      const y = clip(row + down, 0, height - 1), x = clip(column + right, 0, width - 1);
      sum += weight * image[(y * width + x) * channels + channel];
      weights += weight;
    }
  }
  return sum / weights;
}

Deno.test("SampleMaker blurs each sequence by its own draw, a Gaussian's deviation in pixels", () => {
  const { draw, write } = makerOf({ blur: 3 });
  const drawn = draw(1), image = write(drawn), sharp = scaledSlice(patient, tumorSlice);
  for (const [channel, deviation] of drawn.blur.entries()) {
    assert.ok(deviation > 0.25, `${deviation} is no blur: choose another draw`);
    for (let row = 0; row < height; row += 5) {
      for (let column = 0; column < width; column += 5) {
        const expected = blurredAt(sharp, row, column, channel, deviation);
        const error = Math.abs(image[(row * width + column) * channels + channel] - expected);
        assert.ok(
          error < 1e-5,
          `channel ${channel}, row ${row}, column ${column}: off by ${error}`,
        );
      }
    }
  }
});

Deno.test("SampleMaker adds noise of each sequence's own deviation, which no blur smooths", () => {
  const { draw, write } = makerOf({ noise: 0.06, blur: 3 });
  const drawn = draw(2), { noise } = drawn;
  const noisy = write(drawn),
    quiet = write({ ...drawn, noise: { ...noise, deviations: [0, 0, 0] } });
  for (const [channel, deviation] of noise.deviations.entries()) {
    assert.ok(deviation > 0.005, `${deviation} is no noise: choose another draw`);
    const added: number[] = [];
    for (let index = channel; index < quiet.length; index += channels) {
      // Near the ends of the range noise is clipped.
      if (Math.abs(quiet[index]) < 0.5) {
        added.push((noisy[index] - quiet[index]) / (maximum - minimum));
      }
    }
    assert.ok(added.length > 5000);
    const mean = added.reduce((sum, x) => sum + x, 0) / added.length;
    const measured = Math.sqrt(added.reduce((sum, x) => sum + x * x, 0) / added.length);
    assert.ok(Math.abs(mean) < deviation * 0.07, `channel ${channel} moved by ${mean}`);
    const off = Math.abs(measured / deviation - 1);
    assert.ok(off < 0.05, `channel ${channel} has deviation ${measured}, not ${deviation}`);
  }
});
