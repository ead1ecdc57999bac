/**
 * Which patients train and which validate. The split is by patient, never by slice: two slices of one
 * head are so alike that a network which saw one has seen the other.
 *
 * @module
 */
import { seededRandom, shuffled } from "./random.ts";

/** Patient ids of both sides, each sorted; no patient is on both. */
export interface Split {
  readonly training: readonly string[];
  readonly validation: readonly string[];
}

/** Settings of {@linkcode splitPatients}. */
export interface SplitOptions {
  /**
   * Share of the patients kept for validation, below 1; with 0 all are learned from.
   * @default {0.2}
   */
  readonly validation?: number;
  /**
   * Where the random order starts.
   * @default {42}
   */
  readonly seed?: number;
}

/**
 * Draws the validation patients. The same ids, share and seed always give the same split, in whatever
 * order the ids come; the validation side gets the share rounded to whole patients, and each side at
 * least one; a share of 0 leaves the validation side empty.
 *
 * @throws {RangeError} with fewer than two patients (one, with a share of 0), a patient given twice, or a share that
 * is not from 0 to below 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const split = splitPatients(["a", "b", "c", "d", "e"], { validation: 0.2, seed: 42 });
 * assert.equal(split.training.length, 4);
 * assert.equal(split.validation.length, 1);
 * ```
 */
export function splitPatients(
  ids: readonly string[],
  { validation = 0.2, seed = 42 }: SplitOptions = {},
): Split {
  if (!(validation >= 0 && validation < 1)) {
    throw new RangeError(
      `Cannot split patients as the validation share must be from 0 to below 1: current value is ${validation}`,
    );
  }
  if (ids.length === 1 && validation > 0) {
    throw new RangeError(
      "Cannot split patients as there must be at least 2: current value is 1; " +
        "--validation 0 learns from all patients and measures on none",
    );
  }
  const sorted = sortedPatients(ids, 1);
  const order = shuffled(sorted, seededRandom(seed));
  const wanted = validation === 0 ? 0 : Math.max(Math.round(ids.length * validation), 1);
  const held = Math.min(wanted, ids.length - 1);
  return { training: order.slice(held).sort(), validation: order.slice(0, held).sort() };
}

/**
 * The patients by id, wherever their order came from.
 *
 * @param least How many there must be.
 * @throws {RangeError} with fewer patients, or a patient given twice.
 */
export function sortedPatients(ids: readonly string[], least = 2): string[] {
  if (ids.length < least) {
    throw new RangeError(
      `Cannot split patients as there must be at least ${least}: current value is ${ids.length}`,
    );
  }
  const sorted = [...ids].sort();
  const twice = sorted.find((id, index) => id === sorted[index + 1]);
  if (twice !== undefined) {
    throw new RangeError(
      `Cannot split patients as each must be given once: ${twice} is given twice`,
    );
  }
  return sorted;
}
