/**
 * What `deno task segment` was given: lone slices, patients' folders, folders of patients.
 *
 * @module
 */
import { readdir, stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { DatasetError } from "../data/dataset.ts";
import { isDicomName, isNiftiName, loneNifti } from "../data/volume_files.ts";
import {
  listPatient,
  listPatients,
  parseSliceName,
  type PatientFiles,
} from "../data/patient_files.ts";

/** A slice on its own. */
export interface LoneSlice {
  readonly file: string;
  /** The patient as the file's name says it, or the file's name without its ending. */
  readonly patient: string;
  /** The file's name without its ending. */
  readonly name: string;
}

/** A slice or a patient: names of files, which can travel as JSON. */
export type SegmentInput =
  | { readonly kind: "slice"; readonly slice: LoneSlice }
  | { readonly kind: "patient"; readonly files: PatientFiles };

/** What an input is called. */
export function inputName(input: SegmentInput): string {
  return input.kind === "slice" ? `${input.slice.patient}/${input.slice.name}` : input.files.id;
}

/**
 * Sorts inputs out by what is there: a file is a lone slice, or a patient's volume if it is NIfTI; a folder with images
 * in it or in a sequence's folder is a patient, any other folder a folder of patients.
 *
 * @throws {DatasetError} when a folder is not as published (masks may be missing), naming every file.
 * @throws {TypeError} when an input does not exist or is a mask, or two have the same name.
 */
export async function findInputs(inputs: readonly string[]): Promise<SegmentInput[]> {
  const slices: LoneSlice[] = [], patients: PatientFiles[] = [];
  for (const input of inputs) {
    const status = await stat(input).catch(() => undefined);
    if (!status) {
      throw new TypeError(`Cannot segment ${input} as it must exist: there is no such file`);
    }
    if (status.isDirectory()) patients.push(...await findFolder(input));
    else if (isNiftiName(basename(input))) patients.push(loneNifti(input));
    else slices.push(loneSlice(input));
  }
  assertDistinct([
    ...slices.map(({ patient, name }) => `${patient}/${name}`),
    ...patients.flatMap(({ id, slices, volumes }) =>
      volumes ? [id] : slices.map(({ image }) => `${id}/${sliceName(image!)}`)
    ),
  ]);
  return [
    ...slices.map((slice) => ({ kind: "slice", slice } as const)),
    ...patients.map((files) => ({ kind: "patient", files } as const)),
  ];
}

/** What a slice's outputs are called after: its file's name without the ending. */
export function sliceName(file: string): string {
  return basename(file, extname(file));
}

async function findFolder(folder: string): Promise<PatientFiles[]> {
  const { found, problems } = await isPatientFolder(folder)
    ? await listPatient(folder)
    : await listPatients(folder);
  const patients = [found].flat();
  for (const { image, mask } of patients.flatMap(({ slices }) => slices)) {
    if (!image) problems.push(`${mask}: has no image beside it`);
  }
  if (problems.length) throw new DatasetError(folder, problems);
  return patients;
}

/** A folder that is called after a sequence holds a DICOM series, and lies in a patient's. */
async function isPatientFolder(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.some((entry) =>
    entry.isDirectory()
      ? /^(flair|t1|t1ce|t1c|pre|post)([-_ ].*)?$/i.test(entry.name)
      : /^[^.].*\.tiff?$/i.test(entry.name) || isNiftiName(entry.name) || isDicomName(entry.name)
  );
}

function loneSlice(file: string): LoneSlice {
  const parsed = parseSliceName(basename(file));
  if (parsed?.kind === "mask") {
    throw new TypeError(`Cannot segment ${file} as it must be an image: its name is a mask's`);
  }
  const name = sliceName(file);
  return { file, name, patient: parsed?.patient ?? name };
}

/** Two inputs of one name would write the same files. */
function assertDistinct(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new TypeError(
    `Cannot segment ${twice} as each input must have its own name: it is given twice`,
  );
}
