/**
 * Reads a patient's whole volumes, each sequence a NIfTI file or a DICOM series.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { decodeDicomSeries, type DicomGeometry } from "../../shared/dicom/decode.ts";
import { decodeDicomSegmentation } from "../../shared/dicom/decode_segmentation.ts";
import { assertSameGeometry } from "../../shared/geometry.ts";
import { decodeNifti, decodeNiftiMask, type NiftiGeometry } from "../../shared/nifti/decode.ts";
import { maskOfOutline, placeOutline } from "../../shared/place_outline.ts";
import { type Sequence, sequences } from "../../shared/sequence.ts";
import type { Mask, Volume } from "../../shared/volume.ts";
import { volumeOfSequences } from "../../shared/volume_of_sequences.ts";
import { isDicomName, type SequenceFiles, type VolumeFiles } from "./volume_files.ts";

/** A patient's sequences as one volume, and where it lies: what a mask has to be written with. */
export interface PatientVolume {
  /** Channels [pre-contrast, FLAIR, post-contrast]; FLAIR stands in for those that are missing. */
  readonly volume: Volume;
  /** That of FLAIR. */
  readonly geometry: NiftiGeometry | DicomGeometry;
}

/**
 * Reads all sequences and joins them. A lone file may hold three channels of its own.
 *
 * @throws {Error} naming the file, when one is missing or corrupt, or lies elsewhere than FLAIR.
 */
export async function readSequences({ images }: VolumeFiles): Promise<PatientVolume> {
  const named = sequences.filter((name) => images[name]);
  const read = new Map<Sequence, PatientVolume>();
  for (const name of named) read.set(name, await readSequence(images[name]!));
  const flair = read.get("FLAIR");
  if (!flair) throw new Error(`Cannot read a patient as FLAIR must be there: it has ${named}`);
  if (named.length === 1 && flair.volume.channels === sequences.length) return flair;
  for (const [name, { geometry }] of read) {
    naming(
      images[name]!.files[0],
      () => assertSameGeometry("join the sequences", ["FLAIR", name], flair.geometry, geometry),
    );
  }
  const volumes = Object.fromEntries([...read].map(([name, { volume }]) => [name, volume]));
  return {
    volume: naming(images.FLAIR!.files[0], () => volumeOfSequences(volumes)),
    geometry: flair.geometry,
  };
}

const maskPlacement = { action: "use the mask", names: ["FLAIR", "mask"] } as const;

/**
 * Reads the mask of a patient; every label or segment in it is tumor, and fractions over 0.5.
 *
 * @throws {Error} naming the file, when it is missing or corrupt, or lies elsewhere than the images.
 */
export async function readSequencesMask(
  file: string,
  images: NiftiGeometry | DicomGeometry,
): Promise<Mask> {
  try {
    const bytes = await readFile(file), placement = maskPlacement;
    if (isDicomName(basename(file))) {
      const { data, geometry } = decodeDicomSegmentation(bytes, { labels: "any" });
      return maskOfOutline(placeOutline(data, geometry, images, placement), images.shape);
    }
    const { mask, geometry } = await decodeNiftiMask(bytes, { labels: "any" });
    assertSameGeometry(placement.action, placement.names, images, geometry);
    return mask;
  } catch (error) {
    throw named(file, error);
  }
}

async function readSequence({ format, files }: SequenceFiles): Promise<PatientVolume> {
  try {
    if (format === "nifti") return await decodeNifti(await readFile(files[0]));
    return decodeDicomSeries(await Promise.all(files.map((file) => readFile(file))));
  } catch (error) {
    throw named(files[0], error);
  }
}

function naming<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw named(file, error);
  }
}

function named(file: string, error: unknown): Error {
  return new Error(`${file}: ${(error as Error).message}`, { cause: error });
}
