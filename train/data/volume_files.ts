/**
 * Finds a patient's whole volumes: NIfTI files or DICOM series, one for each sequence.
 *
 * In a patient's folder, `PATIENT_flair.nii.gz`, `PATIENT_t1.nii.gz`, `PATIENT_t1ce.nii.gz` and `PATIENT_seg.nii.gz` (or
 * `_pre`, `_post`, `_mask`; other names as `sequence_of_name.ts` of shared/ knows them, BraTS's of all years among them),
 * or folders `flair`, `t1`, `t1ce` of DICOM files and `PATIENT_seg.dcm`. A lone volume is FLAIR, whatever it is called.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { sequenceOfName } from "../../shared/sequence_of_name.ts";
import type { Sequence } from "../../shared/sequence.ts";

/** The files of one sequence. */
export interface SequenceFiles {
  readonly format: "nifti" | "dicom";
  /** One, or all those of a DICOM series. */
  readonly files: readonly string[];
}

/** A patient's volumes. */
export interface VolumeFiles {
  readonly images: Readonly<Partial<Record<Sequence, SequenceFiles>>>;
  /** NIfTI or DICOM-SEG; every label or segment in it is tumor. */
  readonly mask?: string;
}

/** A file or a folder in a patient's folder; of a folder, the names of the files in it. */
export interface PatientEntry {
  readonly name: string;
  readonly inside?: readonly string[];
}

/** What was found; nothing where there are no volumes at all. */
export interface FoundVolumes {
  readonly volumes?: VolumeFiles;
  readonly problems: readonly string[];
}

/** What the name of a mask ends in. */
const maskWords = /(^|[^a-z])(mask|seg|segmentation)$/i;

const dicomEnding = /\.(dcm|dicom|ima)$/i;

const niftiEnding = /\.nii(\.gz)?$/i;

/** What lies beside a series' files, which may have any ending, or none. */
const notDicom = /^\.|^DICOMDIR$|\.(txt|md|json|xml|csv|pdf|png|jpe?g|tiff?|nii|gz|zip)$/i;

/** Whether a file is NIfTI by its name. */
export function isNiftiName(name: string): boolean {
  return niftiEnding.test(name) && !name.startsWith(".");
}

/** Whether a file is DICOM by its name; those without an ending are only looked for in a sequence's folder. */
export function isDicomName(name: string): boolean {
  return dicomEnding.test(name) && !name.startsWith(".");
}

/** What a NIfTI is called, without its ending. */
export function niftiStem(file: string): string {
  return basename(file).replace(niftiEnding, "");
}

/** A lone NIfTI file as a patient's only volume: FLAIR, or three channels. */
export function loneNifti(file: string) {
  const images = { FLAIR: { format: "nifti", files: [file] } } as const;
  return { id: niftiStem(file), folder: dirname(file), slices: [], volumes: { images } };
}

/**
 * Sorts a patient's files by what they hold. Problems: a sequence given twice, a name that speaks of none, no FLAIR.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const names = ["P1_flair.nii.gz", "P1_t1ce.nii.gz", "P1_t2.nii.gz", "P1_seg.nii.gz"];
 * const { volumes } = findVolumes("data/P1", "P1", names.map((name) => ({ name })));
 * assert.deepEqual(Object.keys(volumes!.images), ["FLAIR", "post-contrast"]);
 * assert.equal(volumes!.mask, "data/P1/P1_seg.nii.gz");
 * ```
 */
export function findVolumes(
  folder: string,
  patient: string,
  entries: readonly PatientEntry[],
): FoundVolumes {
  const images: Partial<Record<Sequence, SequenceFiles>> = {}, problems: string[] = [];
  let mask: string | undefined;
  const nameless: SequenceFiles[] = [];

  function add(path: string, words: string, found: SequenceFiles): void {
    const sequence = sequenceOfName(words);
    // A T2 of its own is none of those that the networks know.
    if (!sequence && /(^|[^a-z0-9])t2(w|[^a-z0-9]|$)/i.test(words)) return;
    if (!sequence) nameless.push(found);
    else if (images[sequence]) {
      problems.push(`${path}: gives ${sequence} as well as ${images[sequence].files[0]}`);
    } else images[sequence] = found;
  }

  for (const { name, inside } of entries) {
    const path = join(folder, name), words = wordsOf(name, patient);
    if (inside) {
      const files = inside.filter((file) => !notDicom.test(file));
      const sequence = sequenceOfName(name);
      if (sequence && files.length) {
        add(path, name, { format: "dicom", files: files.map((file) => join(path, file)) });
      }
    } else if (isNiftiName(name) || isDicomName(name) && maskWords.test(words)) {
      if (!maskWords.test(words)) add(path, words, { format: "nifti", files: [path] });
      else if (mask) problems.push(`${path}: is a mask as well as ${mask}`);
      else mask = path;
    }
  }
  const loose = entries.filter(({ name, inside }) =>
    !inside && isDicomName(name) && !maskWords.test(wordsOf(name, patient))
  );
  if (loose.length) {
    nameless.push({ format: "dicom", files: loose.map(({ name }) => join(folder, name)) });
  }
  // Of one volume, there is no doubt which it is.
  if (nameless.length === 1 && !Object.keys(images).length) images.FLAIR = nameless.pop();
  problems.push(
    ...nameless.map(({ files }) =>
      `${files[0]}: its name must say what it holds: flair, t1 or t1ce, seg`
    ),
  );
  if (!Object.keys(images).length && !mask && !problems.length) return { problems };
  if (!images.FLAIR && !problems.length) {
    problems.push(`${folder}: holds no FLAIR (${patient}_flair.nii.gz, or flair/*.dcm)`);
  }
  return { volumes: { images, mask }, problems };
}

/** What a name says beyond the patient's, which may say anything. */
function wordsOf(name: string, patient: string): string {
  const stem = niftiStem(name).replace(dicomEnding, "");
  return stem.startsWith(patient) ? stem.slice(patient.length) : stem;
}
