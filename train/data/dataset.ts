/**
 * Patients with their reference masks, read from the published layout (see `patient_files.ts`).
 * A data set is right or it is refused: every problem is collected and named by its file.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { decodeImage, decodeMask } from "../../shared/image/decode.ts";
import type { Spacing } from "../../shared/spacing.ts";
import { countChannels } from "../../shared/value_counts.ts";
import type { Mask, Slice, Volume } from "../../shared/volume.ts";
import { inEightBits } from "./eight_bits.ts";
import { patientDigest } from "./patient_digest.ts";
import { listPatients, type PatientFiles, type SliceFiles } from "./patient_files.ts";
import { readSequences, readSequencesMask } from "./read_sequences.ts";
import type { VolumeFiles } from "./volume_files.ts";
import { joinedBytes } from "../../shared/joined_bytes.ts";

/** One patient in memory. */
export interface Patient {
  readonly id: string;
  /** 8-bit, channels [pre-contrast, FLAIR, post-contrast]. */
  readonly volume: Volume;
  /** The reference, shape [slices, height, width]. */
  readonly mask: Mask;
  /** Of both, see `patient_digest.ts`. */
  readonly digest: string;
  /**
   * How often each value from 0 to 255 occurs in each channel of the volume: any scaling follows from that, and the
   * cache keeps it for that. Whoever changes pixels counts them again.
   */
  readonly valueCounts: readonly Uint32Array[];
  /** The numbers of the slices in their files' names, in the volume's order. */
  readonly sliceNumbers: readonly number[];
  /** Millimetres along [slices, rows, columns], where the files say. */
  readonly spacing?: Spacing;
}

/** How many problems an error's message lists before it only counts them. */
const listedProblems = 20;

/** Everything that is wrong with a data set. */
export class DatasetError extends Error {
  override readonly name = "DatasetError";
  /** Each names its file or folder. */
  readonly problems: readonly string[];

  constructor(folder: string, problems: readonly string[]) {
    const listed = problems.slice(0, listedProblems).map((problem) => `\n  ${problem}`).join("");
    const rest = problems.length - listedProblems;
    super(
      `Cannot use the data in ${folder} as it has ${problems.length} ` +
        `problem${problems.length === 1 ? "" : "s"}:${listed}${
          rest > 0 ? `\n  and ${rest} more` : ""
        }`,
    );
    this.problems = problems;
  }
}

/**
 * The patients of a data set, sorted by id, each with its slices in the order of their numbers. Looks at
 * names only; {@linkcode readPatient} looks into the files.
 *
 * @throws {DatasetError} when the folder does not exist or holds no patients, a patient's folder is empty,
 * a mask or an image is missing, or a TIFF file belongs to no slice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const patients = await findPatients("train/sample");
 * assert.equal(patients[0].id, "TCGA_CS_4943_20000902");
 * assert.equal(patients[0].slices.length, 20);
 * ```
 */
export async function findPatients(folder: string): Promise<PatientFiles[]> {
  const { found, problems } = await listPatients(folder);
  for (const { folder, slices, volumes } of found) {
    problems.push(...slices.flatMap(missingFiles));
    if (volumes && !volumes.mask) problems.push(noMask(folder));
  }
  if (problems.length) throw new DatasetError(folder, problems);
  return found;
}

/**
 * Reads one patient.
 *
 * @throws {DatasetError} when a file is missing or corrupt, an image is not 8-bit with three channels, a
 * mask is not binary, or sizes differ.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const [files] = await findPatients("train/sample");
 * const { volume, mask } = await readPatient(files);
 * assert.deepEqual([volume.slices, volume.height, volume.width, volume.channels], [20, 256, 256, 3]);
 * assert.deepEqual(mask.shape, [20, 256, 256]);
 * ```
 */
export async function readPatient(files: PatientFiles): Promise<Patient> {
  const { patient, problems } = await loadPatient(files);
  if (!patient) throw new DatasetError(files.folder, problems);
  return patient;
}

/** Settings of {@linkcode readDataset}. */
export interface ReadDatasetOptions {
  /** Called after each patient; `done` of `total` are read. */
  readonly onPatient?: (done: number, total: number) => void;
}

/**
 * Reads all patients of a data set, and looks at every file before it complains.
 *
 * @throws {DatasetError} with everything that {@linkcode findPatients} and {@linkcode readPatient} find.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const ids = (await readDataset("train/sample")).map(({ id }) => id);
 * assert.equal(ids.length, 4);
 * ```
 */
export async function readDataset(
  folder: string,
  { onPatient }: ReadDatasetOptions = {},
): Promise<Patient[]> {
  const { found, problems } = await listPatients(folder);
  const patients: Patient[] = [];
  for (const [index, files] of found.entries()) {
    const loaded = await loadPatient(files);
    if (loaded.patient) patients.push(loaded.patient);
    problems.push(...loaded.problems);
    onPatient?.(index + 1, found.length);
  }
  if (problems.length) throw new DatasetError(folder, problems);
  return patients;
}

/** An image without its mask, or a mask without its image. */
function missingFiles({ image, mask }: SliceFiles): string[] {
  if (image && mask) return [];
  return [image ? `${image}: has no mask beside it` : `${mask}: has no image beside it`];
}

interface LoadedSlice {
  readonly file: string;
  readonly image: Slice;
  readonly mask: Mask;
}

async function loadPatient(
  files: PatientFiles,
): Promise<{ patient?: Patient; problems: string[] }> {
  if (files.volumes) return await loadVolumes(files.id, files.folder, files.volumes);
  const read = await Promise.all(files.slices.map(loadSlice));
  const problems = read.flatMap((slice) => "problems" in slice ? slice.problems : []);
  const slices = read.filter((slice) => "image" in slice);
  const first = slices.at(0);
  for (const { file, image } of slices) {
    if (image.height === first!.image.height && image.width === first!.image.width) continue;
    problems.push(
      `${file}: is ${sizeText(image)}, but ${first!.file} is ${sizeText(first!.image)}`,
    );
  }
  if (!first || problems.length) return { problems };
  const { height, width, channels } = first.image;
  const volume: Volume = {
    data: joinedBytes(slices.map(({ image }) => image.data as Uint8Array)),
    slices: slices.length,
    height,
    width,
    channels,
  };
  const mask: Mask = {
    data: joinedBytes(slices.map(({ mask }) => mask.data)),
    shape: [slices.length, height, width],
  };
  const sliceNumbers = files.slices.map(({ number }) => number);
  return { patient: { id: files.id, ...measured(volume, mask), sliceNumbers }, problems };
}

/** Pixels with what is known of them once they are read. */
function measured(volume: Volume, mask: Mask) {
  const { data, channels } = volume;
  const valueCounts = countChannels({ data: data as Uint8Array, channels });
  return { volume, mask, digest: patientDigest(volume, mask), valueCounts };
}

function noMask(folder: string): string {
  return `${folder}: holds no mask (${basename(folder)}_seg.nii.gz)`;
}

/** Of 16 bits or more made 8, as the published data were. */
async function loadVolumes(
  id: string,
  folder: string,
  files: VolumeFiles,
): Promise<{ patient?: Patient; problems: string[] }> {
  if (!files.mask) return { problems: [noMask(folder)] };
  try {
    const { volume: read, geometry } = await readSequences(files);
    const volume = inEightBits(read);
    const mask = await readSequencesMask(files.mask, geometry);
    const sliceNumbers = Array.from({ length: volume.slices }, (_, index) => index + 1);
    const patient = {
      id,
      ...measured(volume, mask),
      sliceNumbers,
      spacing: geometry.spacing,
    };
    return { patient, problems: [] };
  } catch (error) {
    return { problems: [(error as Error).message] };
  }
}

async function loadSlice(files: SliceFiles): Promise<LoadedSlice | { problems: string[] }> {
  const { image: imageFile, mask: maskFile } = files;
  if (!imageFile || !maskFile) return { problems: missingFiles(files) };
  const problems: string[] = [];
  const image = await decodeFile(imageFile, decodeImage, problems);
  const mask = await decodeFile(maskFile, decodeMask, problems);
  if (image && (image.channels !== 3 || !(image.data instanceof Uint8Array))) {
    problems.push(
      `${imageFile}: must have 3 channels of 8 bits (pre-contrast, FLAIR, post-contrast): it has ` +
        `${image.channels} of ${image.data.BYTES_PER_ELEMENT * 8} bits`,
    );
  }
  if (image && mask && (mask.shape[0] !== image.height || mask.shape[1] !== image.width)) {
    const [height, width] = mask.shape;
    problems.push(
      `${maskFile}: is ${width} x ${height} pixels, but its image is ${sizeText(image)}`,
    );
  }
  return image && mask && !problems.length ? { file: imageFile, image, mask } : { problems };
}

async function decodeFile<T>(
  file: string,
  decode: (bytes: Uint8Array) => Promise<T>,
  problems: string[],
): Promise<T | undefined> {
  try {
    return await decode(await readFile(file));
  } catch (error) {
    problems.push(`${file}: ${(error as Error).message}`);
    return undefined;
  }
}

function sizeText({ width, height }: Slice): string {
  return `${width} x ${height} pixels`;
}
