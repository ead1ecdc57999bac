/**
 * A patient ready to be learned from: the pixels stay 8-bit in memory and are scaled when a batch asks for
 * them, which takes a millisecond a slice and an eighth of the memory.
 *
 * @module
 */
import {
  applyScaling,
  type ChannelScaling,
  type Preprocessing,
  volumeScaling,
} from "../../shared/scaling.ts";
import { selectSequences, type Sequence, sequences } from "../../shared/sequence.ts";
import { type Mask, sliceOf, type Volume } from "../../shared/volume.ts";
import type { Patient } from "./dataset.ts";
import { assertImageSize, type UNetArchitecture } from "../network/unet_architecture.ts";

/** A patient with the scaling of the sequences that the network takes. */
export interface PreparedPatient {
  readonly id: string;
  readonly volume: Volume;
  /** [slices, height, width]. */
  readonly mask: Mask;
  readonly sequences: readonly Sequence[];
  /** One for each of `sequences`. */
  readonly scaling: readonly ChannelScaling[];
}

/** Measures the patient's volume for the sequences asked for. */
export function preparePatient(
  { id, volume, mask }: Patient,
  wanted: readonly Sequence[],
  preprocessing: Preprocessing,
): PreparedPatient {
  const all = volumeScaling(volume, preprocessing);
  const scaling = wanted.map((name) => all[sequences.indexOf(name)]);
  return { id, volume, mask, sequences: wanted, scaling };
}

/** One slice as the network takes it: [height, width, sequences]. */
export function scaledSlice(patient: PreparedPatient, index: number): Float32Array {
  const slice = selectSequences(sliceOf(patient.volume, index), patient.sequences);
  return applyScaling(slice, patient.scaling);
}

/** The reference mask of one slice, 0 or 1, [height, width]; a view. */
export function maskOfSlice({ mask, volume }: PreparedPatient, index: number): Uint8Array {
  const size = volume.height * volume.width;
  return mask.data.subarray(index * size, (index + 1) * size);
}

/**
 * Slices of one batch must have one size, and the network must be able to halve it after it was downsampled.
 *
 * @throws {RangeError} naming the patient whose size does not fit.
 */
export function assertSameSize(
  patients: readonly PreparedPatient[],
  architecture: UNetArchitecture,
  downsampling = 1,
): void {
  const { height, width } = patients[0].volume;
  for (const { id, volume } of patients) {
    if (volume.height !== height || volume.width !== width) {
      throw new RangeError(
        `Cannot train on patient ${id} as its slices must be ${width} x ${height} pixels, ` +
          `like those of ${patients[0].id}: current value is ${volume.width} x ${volume.height}`,
      );
    }
  }
  assertImageSize(architecture, height / downsampling, width / downsampling);
}
