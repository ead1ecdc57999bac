/** Finished folds of four patients, with made-up figures. */
import type { FinishedFold } from "../../../train/crossvalidation/summary.ts";
import type { PatientEvaluation } from "../../../train/evaluation/evaluation.ts";

/** The patients of {@linkcode exampleFolds}. */
export const exampleIds = ["TCGA_CS_1", "TCGA_CS_2", "TCGA_DU_3", "other 4"];

function patient(id: string, volumeDice: number | null): PatientEvaluation {
  const figures = { iou: 0.5, sensitivity: 0.25, precision: 0.125 };
  return { id, slices: 20, volumeDice, ...figures, tumorPixels: 500, predictedPixels: 600 };
}

/** A fold of the patients given, whose best epoch is the first of two; the last one is 0.125 worse. */
export function exampleFold(
  fold: number,
  dice: Readonly<Record<string, number | null>>,
): FinishedFold {
  const entries = Object.entries(dice);
  const epochs = [0, 0.125].map((worse, index) => ({
    epoch: index + 1,
    trainingLoss: 0.5,
    validationLoss: 0.5,
    validationDice: 0.5,
    diceByPatient: Object.fromEntries(
      entries.map(([id, value]) => [id, value === null ? null : value - worse]),
    ),
    slicesPerSecond: 5,
    seconds: 60,
  }));
  return {
    fold,
    metrics: { epochs, bestEpoch: 1 },
    patients: entries.map(([id, value]) => patient(id, value)),
  };
}

export const exampleFolds = [
  exampleFold(1, { "TCGA_DU_3": 0.75, "TCGA_CS_1": 0.5 }),
  exampleFold(2, { "TCGA_CS_2": 1, "other 4": null }),
];
