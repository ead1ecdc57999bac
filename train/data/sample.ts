/**
 * A slice and its mask as the network learns from them: scaled, augmented and brought to size.
 *
 * @module
 */
import { type Preprocessing, sliceScaling } from "../../shared/scaling.ts";
import { selectSequences, sequences as allSequences } from "../../shared/sequence.ts";
import { type Slice, sliceOf, type Volume } from "../../shared/volume.ts";
import { maskOfSlice, type PreparedPatient } from "./prepared_patient.ts";
import type { Random } from "./random.ts";
import { airValue } from "./air.ts";
import {
  assertAugmentation,
  type Augmentation,
  type AugmentationDraw,
  drawAugmentation,
} from "./augmentation.ts";
import { type Blur, createBlur } from "./blur.ts";
import { drawCrop, headWindow } from "./crop.ts";
import { keptOfSlices } from "./kept_of_slices.ts";
import { type AffineMapping, affineMapping, type ImageSize, type Window } from "./movement.ts";
import { changeIntensity, scaledValues } from "./intensity.ts";
import { addNoise } from "./noise.ts";
import { erroneousScaling } from "./percentile_jitter.ts";
import { createPlane, fillPlane, type Plane } from "./plane.ts";
import { createResampler, type Resampler, type SamplingTarget } from "./resample.ts";
import { copiedChannels, copyChannel } from "./sequence_dropout.ts";
import { fadeTumor } from "./tumor_fading.ts";

/** How samples are made. */
export interface SampleSettings {
  readonly augmentation: Augmentation;
  /** How a slice is scaled that comes without its volume. */
  readonly preprocessing: Preprocessing;
  /** Of the samples. Where it is half of what is looked at, or less, pixels are averaged. */
  readonly size: ImageSize;
  /**
   * What is looked at: a window of this size, drawn over the head. Where it is larger than a slice, that is filled
   * up with black at the bottom and the right, as for inference. The whole slice where absent.
   */
  readonly crop?: ImageSize;
}

/** What happens to one slice. */
export interface SampleDraw extends AugmentationDraw {
  readonly window: Window;
}

/** A binary mask as 8-bit pixels of a channel: values stay what they are. */
const maskValues = Float32Array.from({ length: 256 }, (_, value) => value);

/**
 * Makes samples. It holds the memory that it works in, so that a sample allocates none for pixels.
 *
 * Image and mask go through one mapping and are resampled once; what depends on a pixel's value alone
 * (scaling, gamma, ...) happens before, the rest (blur, noise, missing sequences) after.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { referencePreprocessing as preprocessing } from "../../shared/scaling.ts";
 * import { findPatients, readPatient } from "./dataset.ts";
 * import { preparePatient, scaledSlice } from "./prepared_patient.ts";
 * import { noAugmentation as augmentation } from "./augmentation.ts";
 * import { randomAt } from "./random_at.ts";
 *
 * const [files] = await findPatients("train/sample");
 * const patient = preparePatient(await readPatient(files), ["FLAIR"], preprocessing);
 * const size = { height: 256, width: 256 };
 * const samples = new SampleMaker({ augmentation, preprocessing, size });
 * const image = new Float32Array(256 * 256), mask = new Uint8Array(256 * 256);
 * samples.write(patient, 9, samples.draw(patient, 9, randomAt(42)), image, mask);
 * assert.deepEqual(image, scaledSlice(patient, 9));
 * ```
 */
export class SampleMaker {
  readonly #settings: SampleSettings;
  readonly #resample: Resampler;
  readonly #blur: Blur;
  readonly #headOf = keptOfSlices(({ volume }, index) => headWindow(sliceOf(volume, index)));
  readonly #ownScalingOf = keptOfSlices(({ volume, sequences }, index) =>
    sliceScaling(selectSequences(sliceOf(volume, index), sequences), this.#settings.preprocessing)
  );
  /** How much of each of a sample's pixels is tumor, before it is rounded to 0 or 1. */
  readonly #tumorShares: Float32Array;
  #planes: Plane[] = [];

  /** @throws {RangeError} when a setting of the augmentation is out of its range. */
  constructor(settings: SampleSettings) {
    assertAugmentation(settings.augmentation);
    this.#settings = settings;
    this.#resample = createResampler(settings.size);
    this.#blur = createBlur(settings.size);
    this.#tumorShares = new Float32Array(settings.size.height * settings.size.width);
  }

  /**
   * Draws what happens to a slice.
   *
   * @param index From 0.
   */
  draw(patient: PreparedPatient, index: number, random: Random): SampleDraw {
    const { augmentation, crop } = this.#settings, { height, width } = patient.volume;
    const augmented = drawAugmentation(augmentation, patient.sequences, random);
    const window = crop
      ? drawCrop(patient.volume, () => this.#headOf(patient, index), crop, random)
      : { top: 0, left: 0, height, width };
    return { ...augmented, window };
  }

  /**
   * Writes a sample. With nothing drawn, and at the slice's own size, it is to the bit the slice as scaled
   * for inference.
   *
   * @param index From 0.
   * @param image Takes the slice, [height, width, sequences], in the range of the patient's scaling.
   * @param mask Takes the mask, 0 or 1, [height, width].
   * @throws {TypeError} when the patient's volume is not 8-bit.
   */
  write(
    patient: PreparedPatient,
    index: number,
    draw: SampleDraw,
    image: Float32Array,
    mask: Uint8Array,
  ): void {
    const { volume, sequences } = patient, { size } = this.#settings;
    this.#fitPlanes(volume, draw.window, sequences.length);
    const mapping = affineMapping(draw.movement, draw.window, size);
    this.#writeMask(maskOfSlice(patient, index), volume, mapping, mask);
    this.#writeImage(patient, index, draw, mapping, image);
  }

  /** Has a plane for each channel that holds slice and window, with a rim as wide as the pixels that are averaged. */
  #fitPlanes(volume: Volume, window: Window, channels: number): void {
    const { size } = this.#settings;
    const height = Math.max(volume.height, window.top + window.height);
    const width = Math.max(volume.width, window.left + window.width);
    const ratio = Math.min(window.height / size.height, window.width / size.width);
    const rim = Math.max(Math.floor(ratio), 1);
    const [first] = this.#planes;
    const fits = this.#planes.length === channels && first.height === height &&
      first.width === width && first.rim === rim;
    if (fits) return;
    this.#planes = Array.from({ length: channels }, () => createPlane(height, width, rim));
  }

  #writeMask(
    reference: Uint8Array,
    size: ImageSize,
    mapping: AffineMapping,
    mask: Uint8Array,
  ): void {
    if (!reference.includes(1)) {
      mask.fill(0);
      return;
    }
    const [plane] = this.#planes, shares = this.#tumorShares;
    fillPlane(plane, reference, size, 0, 1, maskValues, 0);
    this.#resample([plane], mapping, [{ data: shares, start: 0, step: 1 }], plane.rim);
    for (let pixel = 0; pixel < mask.length; pixel++) mask[pixel] = shares[pixel] >= 0.5 ? 1 : 0;
  }

  #writeImage(
    patient: PreparedPatient,
    index: number,
    { scalingError, intensity, blur, noise, missing, tumorContrast }: SampleDraw,
    mapping: AffineMapping,
    image: Float32Array,
  ): void {
    const { sequences, volume } = patient, count = sequences.length, slice = sliceOf(volume, index);
    const pixels = bytesOf(slice, patient.id), indices = channelIndices(patient);
    const scaling = scalingError.ownScaling
      ? this.#ownScalingOf(patient, index)
      : erroneousScaling(patient.scaling, scalingError);
    const flair = sequences.indexOf("FLAIR");
    const replaced = new Set([
      ...missing,
      ...copiedChannels(pixels, slice.channels, indices, flair),
    ]);
    const planes: Plane[] = [], targets: SamplingTarget[] = [];
    for (const [channel, plane] of this.#planes.entries()) {
      // FLAIR's copies are made last, of what became of it.
      if (replaced.has(channel)) continue;
      const values = scaledValues(scaling[channel]), first = indices[channel];
      changeIntensity(values, scaling[channel], intensity[channel]);
      const air = values[airValue(pixels, slice, first)];
      fillPlane(plane, pixels, slice, first, slice.channels, values, air);
      if (channel === flair) {
        const faded = {
          mask: maskOfSlice(patient, index),
          size: slice,
          scaling: scaling[channel],
          air,
        };
        fadeTumor(plane, faded, tumorContrast);
      }
      planes.push(plane);
      targets.push({ data: image, start: channel, step: count });
    }
    this.#resample(planes, mapping, targets, this.#planes[0].rim);
    for (const { start: channel } of targets) this.#blur(image, count, channel, blur[channel]);
    const deviations = noise.deviations.map((deviation, channel) =>
      replaced.has(channel) ? 0 : deviation
    );
    addNoise(image, scaling, { ...noise, deviations });
    for (const channel of replaced) copyChannel(image, count, flair, channel);
  }
}

function bytesOf({ data }: Slice, patient: string): Uint8Array {
  if (data instanceof Uint8Array) return data;
  throw new TypeError(
    `Cannot learn from patient ${patient} as its pixels must have 8 bits: ` +
      `current value is ${data.BYTES_PER_ELEMENT * 8}`,
  );
}

/** Where the sequences that the network takes lie in the patient's volume. */
function channelIndices({ volume, sequences }: PreparedPatient): number[] {
  return volume.channels === 1 ? [0] : sequences.map((name) => allSequences.indexOf(name));
}
