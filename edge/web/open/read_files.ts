/** From the files that a person opens to a scan, and the reference masks that may come with it. */

import type { Preprocessing } from "../../../shared/scaling.ts";
import { withoutBeside } from "./beside.ts";
import { readDicomFiles, readDicomMask } from "./dicom_files.ts";
import { type FileKind, isMask, kindOf } from "./file_kind.ts";
import { readNiftiFiles, readNiftiMask } from "./nifti_files.ts";
import { prepareScan } from "./prepare_scan.ts";
import type { NamedMask, Opened, ReadScan } from "./scan.ts";
import { readMaskFile, readSliceFiles } from "./slice_files.ts";

/** Told after each file. */
export type OnFile = (done: number, total: number) => void;

/**
 * Reads slices, NIfTI, DICOM and masks, which are told by their names. Several slices are taken to be one patient's;
 * notes and the like among them are left out.
 *
 * @throws {Error} where a file cannot be read, or the files do not belong together.
 */
export async function readFiles(
  files: readonly File[],
  preprocessing: Preprocessing,
  onFile: OnFile,
): Promise<Opened> {
  const meant = withoutBeside(files);
  let done = 0;
  const step = () => onFile(++done, meant.length);
  const kinds = await kindsOf(meant);
  const masks: NamedMask[] = [], images: File[] = [];
  for (const file of meant) {
    const kind = kinds.get(file)!;
    if (kind !== "segmentation" && !isMask(file)) {
      images.push(file);
      continue;
    }
    masks.push(await readMask(file, kind));
    step();
  }
  if (images.length === 0) return { masks };
  return { scan: prepareScan(await readScan(images, kinds, step), preprocessing), masks };
}

function readMask(file: File, kind: FileKind): Promise<NamedMask> {
  if (kind === "nifti") return readNiftiMask(file);
  return kind === "image" ? readMaskFile(file) : readDicomMask(file);
}

/**
 * Reads slices, NIfTI or DICOM, without what a model or a person needs of them.
 *
 * @throws {Error} as {@linkcode readFiles} does.
 */
export async function readImages(files: readonly File[]): Promise<ReadScan> {
  return await readScan(files, await kindsOf(files), () => {});
}

async function kindsOf(files: readonly File[]): Promise<Map<File, FileKind>> {
  const kinds = new Map<File, FileKind>();
  for (const file of files) kinds.set(file, await kindOf(file));
  return kinds;
}

function readScan(
  files: readonly File[],
  kinds: ReadonlyMap<File, FileKind>,
  step: () => void,
): Promise<ReadScan> {
  const [kind, ...others] = new Set(files.map((file) => kinds.get(file)!));
  if (others.length > 0) {
    throw new Error("These files are of different kinds. Please open one scan at a time.");
  }
  if (kind === "dicom") return readDicom(files, step);
  return kind === "nifti" ? readNiftiFiles(files, step) : readSliceFiles(files, step);
}

/** Without the frames that its geometry keeps, which are all files once more and stay in the worker. */
async function readDicom(files: readonly File[], step: () => void): Promise<ReadScan> {
  const scan = await readDicomFiles(files, step), { shape, spacing, affine } = scan.geometry!;
  return { ...scan, geometry: { shape, spacing, affine } };
}
