/**
 * What was worked out of a slice, kept for the next epoch that it comes up in.
 *
 * @module
 */
import type { PreparedPatient } from "./prepared_patient.ts";

/**
 * Works something out of each slice once. It goes with the patient: nothing holds that in memory.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import type { PreparedPatient } from "./prepared_patient.ts";
 * let times = 0;
 * const of = keptOfSlices((_, index) => (times++, 2 * index));
 * const patient = {} as PreparedPatient;
 * assert.deepEqual([of(patient, 3), of(patient, 3), times], [6, 6, 1]);
 * ```
 */
export function keptOfSlices<T>(
  workOut: (patient: PreparedPatient, index: number) => T,
): (patient: PreparedPatient, index: number) => T {
  const kept = new WeakMap<PreparedPatient, Map<number, T>>();
  return (patient, index) => {
    const found = kept.getOrInsertComputed(patient, () => new Map());
    return found.getOrInsertComputed(index, () => workOut(patient, index));
  };
}
