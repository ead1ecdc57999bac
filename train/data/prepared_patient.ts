/**
 * A patient ready to be learned from: the pixels stay 8-bit in memory and are scaled when a batch asks for
 * them, which takes a millisecond a slice and an eighth of the memory.
 *
 * @module
 */
import { orderCounts } from "../../shared/percentile.ts";
import {
  applyScaling,
  type ChannelScaling,
  channelScaling,
  type Preprocessing,
} from "../../shared/scaling.ts";
import { selectSequences, type Sequence, sequences } from "../../shared/sequence.ts";
import { type Mask, type Slice, sliceOf, type Volume } from "../../shared/volume.ts";
import type { Patient } from "./dataset.ts";

/** A patient with the scaling of the sequences that the network takes. */
export interface PreparedPatient {
  readonly id: string;
  readonly volume: Volume;
  /** [slices, height, width]. */
  readonly mask: Mask;
  /** The numbers of the slices in their files' names, in the volume's order. */
  readonly sliceNumbers: readonly number[];
  readonly sequences: readonly Sequence[];
  /** One for each of `sequences`. */
  readonly scaling: readonly ChannelScaling[];
}

/**
 * The patient with the scaling of the sequences asked for: what `volumeScaling` of shared/ gives, from the counts that come
 * with the patient, so that no pixel is looked at.
 *
 * @throws {RangeError} when the preprocessing's ranks are not 0 <= low < high <= 100.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { referencePreprocessing } from "../../shared/scaling.ts";
 * import { findPatients, readPatient } from "./dataset.ts";
 * const [files] = await findPatients("train/sample");
 * const patient = preparePatient(await readPatient(files), ["FLAIR"], referencePreprocessing);
 * assert.equal(scaledSlice(patient, 0).length, 256 * 256);
 * ```
 */
export function preparePatient(
  { id, volume, mask, valueCounts, sliceNumbers }: Patient,
  wanted: readonly Sequence[],
  preprocessing: Preprocessing,
): PreparedPatient {
  const scaling = wanted.map((name) =>
    channelScaling(orderCounts(valueCounts[sequences.indexOf(name)]), preprocessing)
  );
  return { id, volume, mask, sliceNumbers, sequences: wanted, scaling };
}

/** The sequences of one slice that the network takes, not scaled yet. */
export function selectedSlice({ volume, sequences }: PreparedPatient, index: number): Slice {
  return selectSequences(sliceOf(volume, index), sequences);
}

/** One slice scaled for the network: [height, width, sequences]. */
export function scaledSlice(patient: PreparedPatient, index: number): Float32Array {
  return applyScaling(selectedSlice(patient, index), patient.scaling);
}

/** The reference mask of one slice, 0 or 1, [height, width]; a view. */
export function maskOfSlice({ mask, volume }: PreparedPatient, index: number): Uint8Array {
  const size = volume.height * volume.width;
  return mask.data.subarray(index * size, (index + 1) * size);
}
