/** What can be saved: the mask of the slice that is shown or of all slices, and the picture as it is seen. */

/// <reference lib="dom" />

import { geometryOfSpacing } from "../../../shared/geometry.ts";
import { maskToPng } from "../../../shared/image/encode_png.ts";
import { find } from "../dom.ts";
import { stem } from "../open/file_kind.ts";
import { fail } from "../result/status.ts";
import { shownPrediction } from "../segment/shown_prediction.ts";
import { state } from "../state.ts";
import { encodeDicomInWorker, encodeInWorker } from "./encode_in_worker.ts";
import { paintPicture } from "./paint_picture.ts";
import { saveFile } from "./save_file.ts";

const png = find("save-png", HTMLButtonElement);
const nifti = find("save-nifti", HTMLButtonElement);
const dicom = find("save-dicom", HTMLButtonElement);
const picture = find("save-picture", HTMLButtonElement);

/** Offers what there is to save. */
export function drawSaving(): void {
  const { scan, prediction, index } = state;
  png.disabled = prediction?.slices[index] === undefined;
  nifti.disabled = prediction?.measure?.masks === undefined;
  dicom.disabled = nifti.disabled;
  dicom.hidden = scan?.kind !== "dicom";
  picture.disabled = scan === undefined;
}

/** The mask of the slice that is shown, as a PNG of the slice's size. */
function savePng(): void {
  const { scan, index } = state, mask = shownPrediction();
  if (!scan || !mask) return;
  saveFile(
    `${scan.sliceNames[index]}_mask.png`,
    new Blob([maskToPng(mask)], { type: "image/png" }),
  );
}

/** The masks of all slices, in the space of the file they were made for where that was a NIfTI. */
async function saveNifti(): Promise<void> {
  const { scan, prediction } = state, masks = prediction?.measure?.masks;
  if (!scan || !masks) return;
  const { slices, height, width } = scan.volume, shape = [slices, height, width] as const;
  // Without a spacing, a voxel is one of the file's units.
  const geometry = scan.geometry ?? geometryOfSpacing(shape, [1, 1, 1]);
  const file = await encodeInWorker({ mask: { data: masks, shape }, geometry, gzip: true });
  saveFile(`${stem(scan.name)}_mask.nii.gz`, new Blob([file], { type: "application/gzip" }));
}

/** The masks of all slices as a segment of the study that the series belongs to. */
async function saveDicom(): Promise<void> {
  const { scan, prediction, card } = state, masks = prediction?.measure?.masks;
  if (!scan || !masks || !card) return;
  const { slices, height, width } = scan.volume;
  const file = await encodeDicomInWorker({
    mask: { data: masks, shape: [slices, height, width] },
    files: scan.files,
    algorithm: `Gliomap ${card.name} ${card.version}`,
  });
  saveFile(`${scan.name}_mask.dcm`, new Blob([file], { type: "application/dicom" }));
}

async function savePicture(): Promise<void> {
  const { scan, index } = state;
  if (scan) saveFile(`${scan.sliceNames[index]}.png`, await paintPicture(scan));
}

/** Follows the buttons. */
export function listenToSaving(): void {
  const failed = (error: unknown) => fail("This could not be saved.", error);
  png.addEventListener("click", savePng);
  nifti.addEventListener("click", () => void saveNifti().catch(failed));
  dicom.addEventListener("click", () => void saveDicom().catch(failed));
  picture.addEventListener("click", () => void savePicture().catch(failed));
}
