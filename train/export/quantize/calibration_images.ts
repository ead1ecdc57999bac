/**
 * Slices that an 8-bit network is fitted to and held against: what the network was trained on, as it sees it.
 *
 * @module
 */
import { averagePool } from "../../../shared/downsampling.ts";
import { applyScalingPlanar } from "../../../shared/scaling.ts";
import { selectSequences } from "../../../shared/sequence.ts";
import { sliceOf } from "../../../shared/volume.ts";
import { findPatients, readPatient } from "../../data/dataset.ts";
import { maskOfSlice, type PreparedPatient, preparePatient } from "../../data/prepared_patient.ts";
import type { Checkpoint } from "../../run/checkpoint.ts";
import type { CheckImage } from "../self_check.ts";

/** More patients than this change the ranges little. */
const mostPatients = 24;

/**
 * Two slices each of up to 24 of the patients, evenly spread: the one with most tumor, and the one in the middle.
 *
 * @param data The data set's folder.
 * @param ids Patients that the network was trained on.
 * @param network How it sees slices.
 * @throws {Error} when the data holds none of the patients.
 * @throws {DatasetError} when a patient cannot be read.
 */
export async function calibrationImages(
  data: string,
  ids: readonly string[],
  network: Pick<Checkpoint, "sequences" | "preprocessing" | "downsampling">,
): Promise<CheckImage[]> {
  const known = (await findPatients(data)).filter(({ id }) => ids.includes(id));
  if (known.length === 0) {
    throw new Error(
      `Cannot quantize the network as ${data} must hold patients that it was trained on: it holds none of ` +
        `${ids.slice(0, 3).join(", ")}${ids.length > 3 ? ", ..." : ""}`,
    );
  }
  const step = Math.max(known.length / mostPatients, 1), images: CheckImage[] = [];
  for (let place = 0; place < known.length; place += step) {
    const { sequences, preprocessing, downsampling } = network;
    const files = known[Math.floor(place)];
    const patient = preparePatient(await readPatient(files), sequences, preprocessing);
    for (const index of telling(patient)) images.push(imageOf(patient, index, downsampling));
  }
  return images;
}

function telling(patient: PreparedPatient): number[] {
  const { slices } = patient.volume,
    areas = Array.from({ length: slices }, (_, index) => {
      return maskOfSlice(patient, index).reduce((area, value) => area + value, 0);
    });
  return [...new Set([areas.indexOf(Math.max(...areas)), slices >> 1])];
}

/** A slice as the network takes it, axes [1, channels, height, width]. */
function imageOf(
  { volume, sequences, scaling }: PreparedPatient,
  index: number,
  downsampling: number,
): CheckImage {
  const slice = selectSequences(sliceOf(volume, index), sequences);
  const { height, width, channels } = slice, planar = applyScalingPlanar(slice, scaling);
  return {
    // Planes one under the other are a plane themselves, whose rows the factor divides.
    data: averagePool(planar, channels * height, width, 1, downsampling),
    shape: [1, channels, height / downsampling, width / downsampling],
  };
}
