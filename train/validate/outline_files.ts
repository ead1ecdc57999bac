/**
 * Finds outlines in files and folders of the usual layouts, by patient.
 *
 * @module
 */
import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";

/** The file of a slice, or of a whole volume. */
export interface OutlineFile {
  readonly path: string;
  /** What tells it from the patient's other slices: its number as a rule; empty for a volume. */
  readonly slice: string;
}

/** A patient's outline: one file with a volume, or a file for each slice, in their order. */
export interface OutlineFiles {
  readonly id: string;
  readonly files: readonly OutlineFile[];
}

const volumeEnding = /\.(nii|nii\.gz|npy|dcm)$/i;
const imageEnding = /\.(png|tiff?)$/i;
/** What names of masks end in, so that they can lie beside their images. */
const maskEnding = /_(mask|seg)$/i;

/**
 * The outlines in a folder, or the one in a file; sorted by patient. In a folder, each of these is a patient:
 *
 * - a folder with slices (`PATIENT/PATIENT_7_mask.tif`, `PATIENT/7.png`) or with one volume (`PATIENT/mask.nii.gz`);
 * - slices by the published names (`PATIENT_7_mask.tif`, `PATIENT_8_mask.tif`);
 * - any other file (`PATIENT.nii.gz`, `PATIENT_seg.nii`, `PATIENT.dcm`, `PATIENT.npy`, `PATIENT.png`).
 *
 * Where files are called `_mask` or `_seg`, the others beside them are taken for images. Folders within patients' folders
 * are not looked at.
 *
 * @throws {TypeError} when there is nothing of that name, no outline in it, or two for one slice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const [{ id, files }] = await findOutlines("train/sample");
 * assert.deepEqual([id, files.length, files[9].slice], ["TCGA_CS_4943_20000902", 20, "10"]);
 * ```
 */
export async function findOutlines(path: string): Promise<OutlineFiles[]> {
  const outlines = await findFiles(path, masksAmong);
  if (!outlines.length) {
    throw complaint(
      path,
      "hold outlines: PNG, TIFF, NIfTI, DICOM-SEG or .npy, or patients' folders of them",
    );
  }
  return outlines;
}

/**
 * The images in a folder or file, as {@linkcode findOutlines} finds outlines: those that are not called `_mask` or `_seg`.
 * Of several volumes in a patient's folder, the one whose name says FLAIR, or the first.
 *
 * @throws {TypeError} when there is nothing of that name, or two images are of one slice.
 */
export async function findImages(path: string): Promise<OutlineFiles[]> {
  return await findFiles(path, imagesAmong, oneImage);
}

/**
 * The images that lie beside masks in the same folder; none where nothing is called a mask.
 *
 * @throws {TypeError} as {@linkcode findImages}.
 */
export async function findImagesBeside(path: string): Promise<OutlineFiles[]> {
  const beside = (choose: Choice): Choice => (paths) => paths.some(isMask) ? choose(paths) : [];
  return await findFiles(path, beside(imagesAmong), beside(oneImage));
}

/** Chooses among the files of a folder. */
type Choice = (paths: readonly string[]) => string[];

async function findFiles(
  path: string,
  choose: Choice,
  chooseOfPatient = choose,
): Promise<OutlineFiles[]> {
  const status = await stat(path).catch(() => undefined);
  if (!status) throw complaint(path, "exist");
  const files = status.isDirectory()
    ? await findInFolder(path, choose, chooseOfPatient)
    : choose([path]).map((path) => ({ path, patient: nameOf(path), slice: "" }));
  const patients = Map.groupBy(files, ({ patient }) => patient);
  return [...patients].map(([id, files]) => ({ id, files: inOrder(files) }))
    .sort((a, b) => compare(a.id, b.id));
}

/** A file and the patient whose it is. */
interface FoundFile extends OutlineFile {
  readonly patient: string;
}

async function findInFolder(
  folder: string,
  choose: Choice,
  chooseOfPatient: Choice,
): Promise<FoundFile[]> {
  const entries = (await readdir(folder)).filter((name) => !name.startsWith("."));
  const paths = entries.map((name) => join(folder, name));
  const isFolder = await Promise.all(paths.map(async (path) => (await stat(path)).isDirectory()));
  const loose = choose(paths.filter((_, index) => !isFolder[index])).map(looseFile);
  const folders = paths.filter((_, index) => isFolder[index]);
  const patients = await Promise.all(folders.map((path) => findPatient(path, chooseOfPatient)));
  return [...loose, ...patients.flat()];
}

/** Of a patient's folder. */
async function findPatient(folder: string, choose: Choice): Promise<FoundFile[]> {
  const patient = basename(resolve(folder));
  const names = (await readdir(folder)).filter((name) => !name.startsWith("."));
  return choose(names.map((name) => join(folder, name))).map((path) => {
    if (volumeEnding.test(path)) return { path, patient, slice: "" };
    const name = nameOf(path), start = `${patient}_`;
    return {
      path,
      patient,
      slice: plainNumbers(name.startsWith(start) ? name.slice(start.length) : name),
    };
  });
}

/** A file that lies in no patient's folder. */
function looseFile(path: string): FoundFile {
  const name = nameOf(path);
  const numbered = isMask(path) && imageEnding.test(path) ? /^(.+)_(\d+)$/.exec(name) : null;
  return numbered
    ? { path, patient: numbered[1], slice: plainNumbers(numbered[2]) }
    : { path, patient: name, slice: "" };
}

/** The files that may hold outlines; where some are called masks, these alone. */
function masksAmong(paths: readonly string[]): string[] {
  const readable = paths.filter(isReadable);
  const masks = readable.filter(isMask);
  return masks.length ? masks : readable;
}

/** A DICOM-SEG is never one, whatever its name. */
function imagesAmong(paths: readonly string[]): string[] {
  return paths.filter((path) => isReadable(path) && !isMask(path) && !/\.dcm$/i.test(path));
}

/** Of the images of a patient's folder, all slices, or the one volume that shows a tumor best. */
function oneImage(paths: readonly string[]): string[] {
  const images = imagesAmong(paths), volumes = images.filter((path) => volumeEnding.test(path));
  if (!volumes.length) return images;
  return [volumes.find((path) => /flair/i.test(basename(path))) ?? volumes.sort(compare)[0]];
}

function isReadable(path: string): boolean {
  return volumeEnding.test(path) || imageEnding.test(path);
}

function isMask(path: string): boolean {
  return maskEnding.test(withoutEnding(path));
}

function withoutEnding(path: string): string {
  return basename(path).replace(volumeEnding, "").replace(imageEnding, "");
}

/** What a file is called, whatever its format and role. */
function nameOf(path: string): string {
  return withoutEnding(path).replace(maskEnding, "");
}

/** "slice_007" and "slice_7" are one slice. */
function plainNumbers(text: string): string {
  return text.replace(/(?<!\d)0+(?=\d)/g, "");
}

/** By name, numbers by their value: 10 comes after 9. */
const { compare } = new Intl.Collator("en", { numeric: true });

function inOrder(files: readonly FoundFile[]): OutlineFile[] {
  const sorted = files.toSorted((a, b) => compare(a.slice, b.slice));
  sorted.slice(1).forEach((file, index) => {
    if (file.slice !== sorted[index].slice) return;
    throw complaint(
      file.path,
      `be the only outline of its slice: ${sorted[index].path} is another`,
    );
  });
  if (sorted.length > 1 && sorted[0].slice === "") {
    throw complaint(sorted[0].path, `be the patient's only file: ${sorted[1].path} is another`);
  }
  return sorted.map(({ path, slice }) => ({ path, slice }));
}

function complaint(path: string, must: string): TypeError {
  return new TypeError(`Cannot use ${path} as it must ${must}`);
}
