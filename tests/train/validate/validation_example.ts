/** A validation of a few patients with every section that a page can have. */
import { reliabilityBins } from "../../../shared/calibration.ts";
import { logitHistogram } from "../../../shared/temperature_scaling.ts";
import type { MeasuredPatient } from "../../../train/validate/cohort.ts";
import { measurePatient } from "../../../train/validate/patient_figures.ts";
import { summarizeValidation, type Validation } from "../../../train/validate/validation.ts";

/** Names of patients; the third's is one that files and pages must escape. */
export const ids = ["TCGA_CS_1", "TCGA_DU_2", 'a "<b>", c', "TCGA_CS_4"];

const width = 20;

function row(length: number) {
  return { data: new Uint8Array(width).fill(1, 0, length), shape: [1, 1, width] };
}

/** Half of the tumor is found, all of it, none of it; the last patient has none. */
const tumors = [8, 10, 6, 0], found = [4, 10, 0, 0];

function measured(id: string, index: number): MeasuredPatient {
  const reference = row(tumors[index]), prediction = row(found[index]);
  const probability = {
    data: Float32Array.from(prediction.data, (value) => value ? 0.875 : 0.25),
    shape: prediction.shape,
  };
  const patient = { id, prediction, reference, spacing: [5, 1, 1] };
  const figures = measurePatient({ ...patient, probability });
  const variant = {
    scaling: "volume",
    flips: true,
    smallestComponent: 0,
    pieces: "volume",
    flairAlone: false,
  } as const;
  return {
    figures,
    bins: reliabilityBins(probability, reference),
    variants: [{ variant, figures: measurePatient(patient) }],
  };
}

/** The validation. */
export function exampleValidation(): Validation {
  const patients = ids.map(measured);
  const data = { data: new Float32Array([0.25, 0.875]), shape: [1, 2] };
  const logits = logitHistogram(data, { data: new Uint8Array([0, 1]), shape: [1, 2] });
  return summarizeValidation({ patients, logits, problems: ["z: it is broken"] }, [
    "y.png: has no reference",
  ]);
}
