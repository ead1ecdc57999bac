/** Real patients for the tests of the input, and what most of these tests do to them. */
import { referencePreprocessing } from "../../../shared/scaling.ts";
import { type Sequence, sequences } from "../../../shared/sequence.ts";
import { sliceOf } from "../../../shared/volume.ts";
import { findPatients, type Patient, readPatient } from "../../../train/data/dataset.ts";
import {
  maskOfSlice,
  type PreparedPatient,
  preparePatient,
} from "../../../train/data/prepared_patient.ts";

export const preprocessing = referencePreprocessing;

/** Patient of the sample, by place in the order of their names: CS (20 slices), DU (26), FG (26), HT (20). */
export async function samplePatient(place: number): Promise<Patient> {
  return await readPatient((await findPatients("train/sample"))[place]);
}

export async function preparedSample(
  place: number,
  wanted: readonly Sequence[] = sequences,
): Promise<PreparedPatient> {
  return preparePatient(await samplePatient(place), wanted, preprocessing);
}

/** Whole of a slice, as a window. */
export function wholeSlice({ volume: { height, width } }: PreparedPatient) {
  return { top: 0, left: 0, height, width };
}

/** The slice with the most tumor. */
export function largestTumor(patient: PreparedPatient): number {
  const sizes = Array.from(
    { length: patient.volume.slices },
    (_, index) => maskOfSlice(patient, index).reduce((sum, value) => sum + value, 0),
  );
  return sizes.indexOf(Math.max(...sizes));
}

/** The patient with only some of its slices. */
export function excerpt(patient: PreparedPatient, from: number, slices: number): PreparedPatient {
  const { volume } = patient, { height, width, channels } = volume;
  const parts = Array.from({ length: slices }, (_, i) => from + i);
  const data = new Uint8Array(slices * height * width * channels);
  const reference = new Uint8Array(slices * height * width);
  for (const [place, index] of parts.entries()) {
    data.set(sliceOf(volume, index).data, place * height * width * channels);
    reference.set(maskOfSlice(patient, index), place * height * width);
  }
  return {
    ...patient,
    volume: { ...volume, slices, data },
    mask: { data: reference, shape: [slices, height, width] },
  };
}
