/**
 * Finds the files of a data set: one folder per patient, in the published layout with `PATIENT_N.tif` and
 * `PATIENT_N_mask.tif` for slice number N, or with whole volumes (see `volume_files.ts`). Other files are left alone.
 *
 * @module
 */
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, isAbsolute, join, resolve } from "node:path";
import process from "node:process";
import { findVolumes, type VolumeFiles } from "./volume_files.ts";

/** One slice's files; at least one of the two is there. */
export interface SliceFiles {
  /** N in the file's name, from 1 in the published data. */
  readonly number: number;
  readonly image?: string;
  readonly mask?: string;
}

/** A patient's files, slices in the order of their numbers. */
export interface PatientFiles {
  /** The folder's name. */
  readonly id: string;
  readonly folder: string;
  readonly slices: readonly SliceFiles[];
  /** Whole volumes in the place of slices. */
  readonly volumes?: VolumeFiles;
}

/** Every file of a patient. */
export function filesOf({ slices, volumes }: PatientFiles): string[] {
  const ofSlices = slices.flatMap(({ image, mask }) => [image, mask]);
  const images = Object.values(volumes?.images ?? {}).flatMap(({ files }) => files);
  return [...ofSlices, ...images, volumes?.mask].filter((file) => file !== undefined);
}

/** What was found, and what does not belong there, each problem naming its file or folder. */
export interface Listing<T> {
  readonly found: T;
  readonly problems: string[];
}

/** Patients of a data set, sorted by id. Problems: no such folder, no patients, and those of each patient. */
export async function listPatients(folder: string): Promise<Listing<PatientFiles[]>> {
  const entries = await listFolder(folder);
  if (typeof entries === "string") return { found: [], problems: [entries] };
  const found: PatientFiles[] = [], problems: string[] = [];
  for (const { name } of entries.filter((entry) => !entry.isFile)) {
    const patient = await listPatient(join(folder, name));
    found.push(patient.found);
    problems.push(...patient.problems);
  }
  if (!found.length) {
    problems.push(
      `${folder}: holds no patient folders (PATIENT/PATIENT_1.tif, ..., or PATIENT/PATIENT_flair.nii.gz)`,
    );
  }
  return { found, problems };
}

/**
 * One patient's slices, sorted by number (which files write without leading zeros, so by name 10 would
 * come before 2). Problems: no such folder, no slices, a TIFF file that belongs to no slice, a slice
 * number given twice.
 */
export async function listPatient(folder: string): Promise<Listing<PatientFiles>> {
  const id = basename(resolve(folder));
  const entries = await listFolder(folder);
  if (typeof entries === "string") {
    return { found: { id, folder, slices: [] }, problems: [entries] };
  }
  const slices = new Map<number, { number: number; image?: string; mask?: string }>();
  const problems: string[] = [];
  for (const { name } of entries.filter((entry) => entry.isFile && /\.tiff?$/i.test(entry.name))) {
    const path = join(folder, name);
    const slice = parseSliceName(name);
    if (slice?.patient !== id) {
      problems.push(`${path}: is neither ${id}_N.tif nor ${id}_N_mask.tif`);
      continue;
    }
    const files = slices.get(slice.number) ?? { number: slice.number };
    if (files[slice.kind]) problems.push(`${path}: gives the same slice as ${files[slice.kind]}`);
    else files[slice.kind] = path;
    slices.set(slice.number, files);
  }
  if (!slices.size && !problems.length) return await listVolumes(folder, id, entries);
  const ordered = [...slices.values()].sort((a, b) => a.number - b.number);
  return { found: { id, folder, slices: ordered }, problems };
}

/** A patient without slices, who may have volumes. */
async function listVolumes(
  folder: string,
  id: string,
  entries: readonly ListedEntry[],
): Promise<Listing<PatientFiles>> {
  const looked = await Promise.all(entries.map(async ({ name, isFile }) => {
    const inside = isFile ? [] : await listFolder(join(folder, name));
    if (isFile || typeof inside === "string") return { name };
    return { name, inside: inside.filter((entry) => entry.isFile).map((entry) => entry.name) };
  }));
  const { volumes, problems } = findVolumes(folder, id, looked);
  const isAbove = looked.some(({ name, inside = [] }) =>
    inside.some((file) => file.startsWith(name) && /\.(tiff?|nii|nii\.gz)$/i.test(file))
  );
  const remedy = isAbove ? `; its folders are patients: give ${folder} as the data` : "";
  const none =
    `${folder}: holds no slices (${id}_1.tif, ...) and no volumes (${id}_flair.nii.gz)${remedy}`;
  return {
    found: { id, folder, slices: [], volumes },
    problems: volumes || problems.length ? [...problems] : [none],
  };
}

/**
 * Patient and slice number from a file's name; nothing when it is not one of the layout's.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(parseSliceName("TCGA_CS_4943_20000902_7_mask.tif"), {
 *   patient: "TCGA_CS_4943_20000902",
 *   number: 7,
 *   kind: "mask",
 * });
 * assert.equal(parseSliceName("data.csv"), undefined);
 * ```
 */
export function parseSliceName(
  name: string,
): { patient: string; number: number; kind: "image" | "mask" } | undefined {
  const match = /^(.+)_(\d+)(_mask)?\.tiff?$/i.exec(name);
  if (!match) return undefined;
  const [, patient, number, mask] = match;
  return { patient, number: Number(number), kind: mask ? "mask" : "image" };
}

interface ListedEntry {
  readonly name: string;
  readonly isFile: boolean;
}

/** Whether a folder's entry is there for people: not hidden, nor what macOS adds to archives. */
function isVisible({ name }: Dirent): boolean {
  return !name.startsWith(".") && name !== "__MACOSX";
}

/** Files and folders by name, those not for people left out; what is wrong, as text, where it cannot be listed. */
async function listFolder(folder: string): Promise<ListedEntry[] | string> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const visible = entries.filter(isVisible);
    const listed = await Promise.all(visible.map(async (entry) => ({
      name: entry.name,
      isFile: !(await isFolder(entry, folder)),
    })));
    return listed.sort((a, b) => a.name < b.name ? -1 : 1);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return `${folder}: does not exist${whence(folder)}`;
    if (code === "ENOTDIR") return `${folder}: is not a folder`;
    return `${folder}: cannot be read (${message})`;
  }
}

/** Where a relative path was looked for: a task's is looked for in the project's folder, wherever it is called. */
function whence(folder: string): string {
  return isAbsolute(folder) ? "" : ` (relative paths are taken from ${process.cwd()})`;
}

/** Follows links, since data sets are often linked together from several disks. */
async function isFolder(entry: Dirent, folder: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const target = await stat(join(folder, entry.name)).catch(() => undefined);
  return target?.isDirectory() ?? false;
}
