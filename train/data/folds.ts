/**
 * Cross-validation: patients in folds, each of which validates once the network that all others trained.
 * By patient, as the split is, and every fold with its share of every institution.
 *
 * @module
 */
import { seededRandom, shuffled } from "./random.ts";
import { sortedPatients, type Split } from "./split.ts";

/** One of the folds. */
export interface Fold {
  /** Which one validates, from 1. */
  readonly fold: number;
  /** How many there are. */
  readonly folds: number;
}

/** Settings of {@linkcode foldOf}. */
export interface FoldOptions extends Fold {
  /**
   * Where the random order starts.
   * @default {42}
   */
  readonly seed?: number;
}

/**
 * The institution that a patient was scanned at, by the two letters after `TCGA_` in the patient's id; "other"
 * for an id of another form.
 *
 * Source: tissue source sites of The Cancer Genome Atlas, as CS (Thomas Jefferson University) and DU (Henry Ford
 * Hospital).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(institutionOf("TCGA_CS_4943_20000902"), "CS");
 * assert.equal(institutionOf("patient 7"), "other");
 * ```
 */
export function institutionOf(id: string): string {
  return /^TCGA_([A-Z]{2})_/.exec(id)?.[1] ?? "other";
}

/**
 * Draws a fold: its patients validate, all others train. The same ids, number of folds and seed always give the
 * same folds, in whatever order the ids come. Over the folds every patient validates exactly once. The sizes of
 * the folds differ by one patient at most, and so do their shares of each institution.
 *
 * @throws {RangeError} when there are fewer than two folds, or more than patients; when there is no fold of that
 * number; with a patient given twice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const ids = ["TCGA_CS_1", "TCGA_CS_2", "TCGA_DU_3", "TCGA_DU_4"];
 * const { training, validation } = foldOf(ids, { fold: 1, folds: 2 });
 * assert.deepEqual(validation.map(institutionOf), ["CS", "DU"]);
 * assert.deepEqual(foldOf(ids, { fold: 2, folds: 2 }).validation, training);
 * ```
 */
export function foldOf(
  ids: readonly string[],
  { fold, folds, seed = 42 }: FoldOptions,
): Split {
  const sorted = sortedPatients(ids);
  assertWholeBetween("--folds", folds, 2, sorted.length);
  assertWholeBetween("--fold", fold, 1, folds);
  const dealt = institutionByInstitution(sorted, seed);
  const held = new Set(dealt.filter((_, place) => place % folds === fold - 1));
  return {
    training: sorted.filter((id) => !held.has(id)),
    validation: sorted.filter((id) => held.has(id)),
  };
}

/**
 * Patients in the order in which they are dealt to the folds, like cards. All of an institution come one after
 * the other, so that no fold gets two of them more than another.
 */
function institutionByInstitution(sorted: readonly string[], seed: number): string[] {
  const institutions = Map.groupBy(sorted, institutionOf);
  const random = seededRandom(seed);
  return [...institutions].sort(([a], [b]) => a < b ? -1 : 1)
    .flatMap(([, patients]) => shuffled(patients, random));
}

function assertWholeBetween(what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(
    `Cannot split patients as ${what} must be a whole number from ${least} to ${most}: ` +
      `current value is ${value}`,
  );
}
