/**
 * Patients that all workers can look at without copies of their own.
 *
 * @module
 */
import type { PixelData } from "../../shared/volume.ts";
import type { PreparedPatient } from "./prepared_patient.ts";

/** The patient with its pixels in shared memory; its arrays are the same ones where they already are there. */
export function sharedPatient(patient: PreparedPatient): PreparedPatient {
  const { volume, mask } = patient;
  return {
    ...patient,
    volume: { ...volume, data: inSharedMemory(volume.data) },
    mask: { ...mask, data: inSharedMemory(mask.data) },
  };
}

function inSharedMemory<T extends PixelData>(data: T): T {
  if (data.buffer instanceof SharedArrayBuffer) return data;
  const SameKind = data.constructor as new (buffer: SharedArrayBuffer) => T;
  const shared = new SameKind(new SharedArrayBuffer(data.byteLength));
  shared.set(data);
  return shared;
}
