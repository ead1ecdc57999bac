/**
 * Slices of patients as the engine's tensors.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { maskOfSlice, type PreparedPatient, scaledSlice } from "./prepared_patient.ts";
import { seededRandom, shuffled } from "./random.ts";
import type { Batch } from "./training_step.ts";

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

/** Scales the slices and hands them to the engine. The caller disposes of both tensors. */
export function makeBatch(slices: readonly SliceReference[]): Batch {
  const { volume, sequences } = slices[0].patient, { height, width } = volume;
  const pixels = height * width, channels = sequences.length;
  const image = new Float32Array(slices.length * pixels * channels);
  const mask = new Float32Array(slices.length * pixels);
  for (const [place, { patient, index }] of slices.entries()) {
    image.set(scaledSlice(patient, index), place * pixels * channels);
    mask.set(maskOfSlice(patient, index), place * pixels);
  }
  return {
    image: tf.tensor4d(image, [slices.length, height, width, channels]),
    mask: tf.tensor4d(mask, [slices.length, height, width, 1]),
  };
}
