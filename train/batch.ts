/**
 * Slices of patients as batches.
 *
 * @module
 */
import type { InputBatch, TrainingInput } from "./fit.ts";
import { maskOfSlice, type PreparedPatient, scaledSlice } from "./prepared_patient.ts";
import { seededRandom, shuffled } from "./random.ts";

/** One slice of one patient. */
export interface SliceReference {
  readonly patient: PreparedPatient;
  /** From 0. */
  readonly index: number;
}

/** Every slice of the patients, in order. */
export function allSlices(patients: readonly PreparedPatient[]): SliceReference[] {
  return patients.flatMap((patient) =>
    Array.from({ length: patient.volume.slices }, (_, index) => ({ patient, index }))
  );
}

/** The slices of an epoch in an order that only depends on the run's seed and the epoch. */
export function shuffledSlices(
  slices: readonly SliceReference[],
  seed: number,
  epoch: number,
): SliceReference[] {
  // Large odd factors keep the streams of neighbouring seeds and epochs apart.
  const stream = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(epoch + 1, 0x85ebca6b)) >>> 0;
  return shuffled(slices, seededRandom(stream));
}

/** Groups of `size` slices; the last one has what is left. */
export function groups<T>(items: readonly T[], size: number): T[][] {
  return Array.from(
    { length: Math.ceil(items.length / size) },
    (_, index) => items.slice(index * size, (index + 1) * size),
  );
}

/** The slices, scaled, one after the other. */
export function joinSlices(slices: readonly SliceReference[]): InputBatch {
  const { volume, sequences } = slices[0].patient, { height, width } = volume;
  const pixels = height * width, channels = sequences.length;
  const image = new Float32Array(slices.length * pixels * channels);
  const mask = new Uint8Array(slices.length * pixels);
  for (const [place, { patient, index }] of slices.entries()) {
    image.set(scaledSlice(patient, index), place * pixels * channels);
    mask.set(maskOfSlice(patient, index), place * pixels);
  }
  return { image, mask, shape: [slices.length, height, width, channels] };
}

/** Every slice once an epoch, in random order, as it is. */
export function plainInput(
  patients: readonly PreparedPatient[],
  batchSize: number,
  seed: number,
): TrainingInput {
  const slices = allSlices(patients);
  return {
    slicesPerEpoch: slices.length,
    async *batches(epoch, from) {
      const order = groups(shuffledSlices(slices, seed, epoch), batchSize);
      for (const group of order.slice(from)) yield await Promise.resolve(joinSlices(group));
    },
  };
}
