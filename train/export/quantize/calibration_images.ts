/**
 * Slices that an 8-bit network is fitted to and held against: what the network was trained on, as it sees it.
 *
 * @module
 */
import { networkInput } from "../../../shared/inference/network_input.ts";
import { volumeScaling } from "../../../shared/scaling.ts";
import { type Mask, sliceOf, sliceOfMask } from "../../../shared/volume.ts";
import { findPatients, readPatient } from "../../data/dataset.ts";
import { sizeMultiple } from "../../network/unet_architecture.ts";
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
  network: Pick<Checkpoint, "sequences" | "preprocessing" | "downsampling" | "architecture">,
): Promise<CheckImage[]> {
  const known = (await findPatients(data)).filter(({ id }) => ids.includes(id));
  if (known.length === 0) {
    throw new Error(
      `Cannot quantize the network as ${data} must hold patients that it was trained on: it holds none of ` +
        `${ids.slice(0, 3).join(", ")}${ids.length > 3 ? ", ..." : ""}`,
    );
  }
  const { sequences, preprocessing, downsampling, architecture } = network;
  const input = { sequences, downsampling, sizeMultiple: sizeMultiple(architecture) };
  const wants = { preprocessing, input };
  const step = Math.max(known.length / mostPatients, 1), images: CheckImage[] = [];
  for (let place = 0; place < known.length; place += step) {
    const { volume, mask } = await readPatient(known[Math.floor(place)]);
    const scaling = volumeScaling(volume, wants.preprocessing);
    for (const index of telling(mask)) {
      images.push(networkInput(wants, sliceOf(volume, index), scaling));
    }
  }
  return images;
}

function telling(mask: Mask): number[] {
  const [slices] = mask.shape;
  const areas = Array.from({ length: slices }, (_, index) => {
    return sliceOfMask(mask, index).data.reduce((area, value) => area + value, 0);
  });
  return [...new Set([areas.indexOf(Math.max(...areas)), slices >> 1])];
}
