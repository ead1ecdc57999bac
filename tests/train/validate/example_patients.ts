/** Patients of a few voxels, measured as real ones are. */
import { measurePatient, type PatientFigures } from "../../../train/validate/patient_figures.ts";

/** Voxels in an example's one row. */
const width = 20;

/** A patient with that many tumor voxels, of which the prediction finds some and no other. */
export function patientWith(id: string, tumor: number, found = tumor): PatientFigures {
  const row = (length: number) => ({
    data: new Uint8Array(width).fill(1, 0, length),
    shape: [1, 1, width],
  });
  return measurePatient({ id, prediction: row(found), reference: row(tumor), spacing: null });
}
