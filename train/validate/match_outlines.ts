/**
 * Which prediction belongs to which reference.
 *
 * @module
 */
import type { OutlineFile, OutlineFiles } from "./outline_files.ts";

/** A patient with both outlines; of slices, those that are in both. */
export interface MatchedOutlines {
  readonly id: string;
  readonly prediction: OutlineFiles;
  readonly reference: OutlineFiles;
}

/** A file without a counterpart. */
export interface UnmatchedFile {
  /** Whose it is. */
  readonly id: string;
  readonly path: string;
  readonly missing: "prediction" | "reference";
}

/** Pairs, and the files that are left over. */
export interface Matches {
  readonly patients: readonly MatchedOutlines[];
  readonly unmatched: readonly UnmatchedFile[];
}

/**
 * Matches outlines by patient, and slices within a patient, by name. Of one file on either side, the names do not matter.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const outline = (id: string, ...slices: string[]) =>
 *   ({ id, files: slices.map((slice) => ({ path: `${id}/${slice}.png`, slice })) });
 * const { patients, unmatched } = matchOutlines(
 *   [outline("a", "1", "2"), outline("b", "1")],
 *   [outline("a", "2", "3")],
 * );
 * assert.deepEqual(patients[0].prediction.files.map(({ path }) => path), ["a/2.png"]);
 * assert.deepEqual(unmatched.map(({ path, missing }) => `${path} ${missing}`), [
 *   "a/1.png reference",
 *   "a/3.png prediction",
 *   "b/1.png reference",
 * ]);
 * ```
 */
export function matchOutlines(
  predictions: readonly OutlineFiles[],
  references: readonly OutlineFiles[],
): Matches {
  if (areLoneFiles(predictions, references)) {
    const [prediction] = predictions, [reference] = references;
    return { patients: [{ id: reference.id, prediction, reference }], unmatched: [] };
  }
  const byId = new Map(references.map((reference) => [reference.id, reference]));
  const predicted = new Set(predictions.map(({ id }) => id));
  const patients: MatchedOutlines[] = [], unmatched: UnmatchedFile[] = [];
  for (const prediction of predictions) {
    const matched = matchSlices(prediction, byId.get(prediction.id), unmatched);
    if (matched) patients.push(matched);
  }
  for (const { id, files } of references) {
    if (!predicted.has(id)) unmatched.push(...files.map(without(id, "prediction")));
  }
  return { patients, unmatched };
}

function areLoneFiles(...sides: (readonly OutlineFiles[])[]): boolean {
  return sides.every(([first, ...others]) =>
    !others.length && first.files.length === 1 && first.files[0].slice === ""
  );
}

function matchSlices(
  prediction: OutlineFiles,
  reference: OutlineFiles | undefined,
  unmatched: UnmatchedFile[],
): MatchedOutlines | undefined {
  const { id } = prediction;
  if (!reference) {
    unmatched.push(...prediction.files.map(without(id, "reference")));
    return undefined;
  }
  // A volume on either side has all slices or the wrong shape, which its voxels tell.
  if (isVolume(prediction) || isVolume(reference)) return { id, prediction, reference };
  const [here, there] = [keep(prediction, reference), keep(reference, prediction)];
  unmatched.push(
    ...here.rest.map(without(id, "reference")),
    ...there.rest.map(without(id, "prediction")),
  );
  if (!here.kept.length) return undefined;
  return { id, prediction: { id, files: here.kept }, reference: { id, files: there.kept } };
}

function isVolume({ files }: OutlineFiles): boolean {
  return files.length === 1 && files[0].slice === "";
}

/** The files whose slices another outline has too, and the others. */
function keep({ files }: OutlineFiles, other: OutlineFiles) {
  const slices = new Set(other.files.map(({ slice }) => slice));
  return {
    kept: files.filter(({ slice }) => slices.has(slice)),
    rest: files.filter(({ slice }) => !slices.has(slice)),
  };
}

function without(
  id: string,
  missing: UnmatchedFile["missing"],
): (file: OutlineFile) => UnmatchedFile {
  return ({ path }) => ({ id, path, missing });
}
