/**
 * From the files of a patient to the volume that a model takes. The files are read by the page's own readers, so
 * that both places understand them alike.
 *
 * @module
 */

import type { DicomGeometry } from "../../shared/dicom/decode.ts";
import { referenceOf } from "../../shared/dicom/frame.ts";
import type { VolumeGeometry } from "../../shared/geometry.ts";
import { ImageTooLargeError } from "../../shared/image/image_error.ts";
import { type ImageDimensions, readDimensions } from "../../shared/image/dimensions.ts";
import { channelIntensities } from "../../shared/intensities.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import type { NiftiGeometry } from "../../shared/nifti/decode.ts";
import { orderChannels } from "../../shared/percentile.ts";
import { type ChannelScaling, channelScaling } from "../../shared/scaling.ts";
import { sequences } from "../../shared/sequence.ts";
import type { Volume } from "../../shared/volume.ts";
import { volumeOfSequences } from "../../shared/volume_of_sequences.ts";
import { requestError } from "../errors.ts";
import { messageOf } from "../message_of.ts";
import { warningsOf } from "../warnings.ts";
import { withoutBeside } from "../web/open/beside.ts";
import { readDicomFiles } from "../web/open/dicom_files.ts";
import { type FileKind, isMask, kindOf, stem } from "../web/open/file_kind.ts";
import { readNiftiFiles } from "../web/open/nifti_files.ts";
import type { ReadScan } from "../web/open/scan.ts";
import { readSliceFiles } from "../web/open/slice_files.ts";
import type { ZipLimits } from "./unzip.ts";

/** What a patient may ask for. */
export interface VolumeLimits extends ZipLimits {
  readonly maxSlices: number;
  /** Of one slice. */
  readonly maxPixels: number;
  readonly maxChannels: number;
  /** Voxels times channels. */
  readonly maxValues: number;
}

/** A patient, as the model takes it. */
export interface ReadVolume {
  readonly format: "nifti" | "dicom" | "slices";
  /** What the mask's file is named after. */
  readonly name: string;
  readonly volume: Volume;
  /** As the model wants it, from all slices together; one for each channel. */
  readonly scaling: readonly ChannelScaling[];
  /** Where the voxels lie, where the files tell it. */
  readonly geometry?: VolumeGeometry | NiftiGeometry | DicomGeometry;
  /** The names of slices that came one a file; none otherwise. */
  readonly sliceNames: readonly string[];
  /** How the files were understood, where that is not certain. */
  readonly warnings: readonly string[];
}

/**
 * Reads a patient; masks among the files are left out, and so are notes and the like.
 *
 * @throws {HTTPException} 413 over a limit; 400 for files that cannot be read, do not belong together, or do
 * not hold what the model takes.
 */
export async function readVolume(
  files: readonly File[],
  card: ModelCard,
  limits: VolumeLimits,
): Promise<ReadVolume> {
  const meant = withoutBeside(files);
  const found = await Promise.all(meant.map(async (file) => ({ file, kind: await kindOf(file) })));
  const images = found.filter(isImage);
  const kind = onlyKind(images);
  try {
    const scan = await readScan(images.map(({ file }) => file), kind, limits);
    assertSize(scan.volume, limits);
    return fitted(scan, kind, card);
  } catch (error) {
    throw requestError(tooLarge(error) ? 413 : 400, messageOf(error), error);
  }
}

type ImageKind = Exclude<FileKind, "segmentation">;

/** A file, and what it is. */
interface ImageFile {
  readonly file: File;
  readonly kind: ImageKind;
}

function isImage(found: { file: File; kind: FileKind }): found is ImageFile {
  return found.kind !== "segmentation" && !isMask(found.file);
}

function onlyKind(images: readonly ImageFile[]): ImageKind {
  const kinds = new Set(images.map(({ kind }) => kind)), [kind] = kinds;
  if (kinds.size === 1) return kind;
  throw requestError(
    400,
    "Cannot read the volume as its files must be of one kind, NIfTI, DICOM or images: " +
      `current value is ${[...kinds].join(" and ") || "no file but masks"}`,
  );
}

async function readScan(
  files: readonly File[],
  kind: ImageKind,
  limits: VolumeLimits,
): Promise<ReadScan> {
  const { maxInflatedBytes: maxBytes, maxPixels, maxChannels, maxValues, maxFiles } = limits;
  const size = { maxBytes, maxPixels, maxSlices: limits.maxSlices };
  if (kind === "dicom") {
    const limits = { ...size, maxValues, maxFrames: maxFiles };
    const scan = await readDicomFiles(files, () => {}, limits);
    // The mask will refer to every file by its name; one without is better refused before the work.
    (scan.geometry as DicomGeometry | undefined)?.frames.forEach(referenceOf);
    return scan;
  }
  if (kind === "nifti") {
    // Each sequence becomes a channel of the whole.
    const each = Math.floor(maxValues / Math.max(files.length, 1));
    return await readNiftiFiles(files, () => {}, { ...size, maxChannels, maxValues: each });
  }
  await assertSlices(files, limits);
  return await readSliceFiles(files, () => {}, { maxPixels, maxChannels, maxBytes });
}

/**
 * Before any is decoded, by the headers of all: since all must be of one size, there must be room for as many of the
 * largest. A file without a header is left to its decoder, which names it.
 */
async function assertSlices(files: readonly File[], limits: VolumeLimits): Promise<void> {
  for (const file of files) {
    const size = sizeOf(new Uint8Array(await file.arrayBuffer()));
    if (size) assertSize({ slices: files.length, ...size }, limits);
  }
}

function sizeOf(bytes: Uint8Array): ImageDimensions | undefined {
  try {
    return readDimensions(bytes);
  } catch {
    return undefined;
  }
}

function assertSize(
  { slices, height, width, channels }: Omit<Volume, "data">,
  { maxSlices, maxPixels, maxChannels, maxValues }: VolumeLimits,
): void {
  const fits = slices <= maxSlices && height * width <= maxPixels &&
    channels <= maxChannels && slices * height * width * channels <= maxValues;
  if (fits) return;
  throw new ImageTooLargeError(
    `Cannot read the volume as it must have at most ${maxSlices} slices of ${maxPixels} pixels, ${maxChannels} channels ` +
      `and ${maxValues} values: current size is ${slices}x${height}x${width}x${channels}`,
  );
}

function tooLarge(error: unknown): boolean {
  return error instanceof ImageTooLargeError ||
    error instanceof Error && error.cause instanceof ImageTooLargeError;
}

/** The scan with the channels that the model takes. */
function fitted(scan: ReadScan, kind: ImageKind, card: ModelCard): ReadVolume {
  const { volume, notes } = scan, { input, name } = card, wanted = input.sequences;
  const warnings = [...notes];
  let filled = volume;
  if (volume.channels === 1 && wanted.length > 1) {
    warnings.push(
      "There is one sequence only. It is taken to be FLAIR, and stands in for the others.",
    );
    filled = volumeOfSequences({ FLAIR: volume });
  } else if (volume.channels !== sequences.length && volume.channels !== wanted.length) {
    throw new TypeError(
      `Cannot ask the model ${name} as the volume must have the channels ${wanted.join(", ")}: ` +
        `current value is ${volume.channels} channels`,
    );
  }
  const channels = orderChannels(filled);
  return {
    format: kind === "image" ? "slices" : kind,
    name: stem(scan.name) || "volume",
    volume: filled,
    scaling: channels.map((values) => channelScaling(values, card.preprocessing)),
    geometry: scan.geometry,
    sliceNames: kind === "image" ? scan.sliceNames : [],
    warnings: [...warnings, ...warningsOf(channels.map(channelIntensities), card, "volumes")],
  };
}
