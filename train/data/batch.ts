/**
 * Slices of patients in groups.
 *
 * @module
 */
import type { PreparedPatient } from "./prepared_patient.ts";

/** One slice of one patient. */
export interface SliceReference {
  readonly patient: PreparedPatient;
  /** From 0. */
  readonly index: number;
}

/** Every slice of the patients, in order. */
export function allSlices(patients: readonly PreparedPatient[]): SliceReference[] {
  return patients.flatMap((patient) =>
    Array.from({ length: patient.volume.slices }, (_, index) => ({ patient, index }))
  );
}

/** As {@linkcode groups}, the slices of a group all having one height and width; sizes in order of appearance. */
export function groupsOfOneSize(slices: readonly SliceReference[], size: number) {
  const bySize = Map.groupBy(
    slices,
    ({ patient: { volume } }) => `${volume.width} x ${volume.height}`,
  );
  return [...bySize.values()].flatMap((ofSize) => groups(ofSize, size));
}

/** Groups of `size` slices; the last one has what is left. */
export function groups<T>(items: readonly T[], size: number): T[][] {
  return Array.from(
    { length: Math.ceil(items.length / size) },
    (_, index) => items.slice(index * size, (index + 1) * size),
  );
}
