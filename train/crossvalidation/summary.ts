/**
 * What all folds of a cross-validation come to.
 *
 * @module
 */
import { mean, median } from "../evaluation/average.ts";
import { bootstrapInterval, type Interval } from "../evaluation/bootstrap.ts";
import type { PatientEvaluation } from "../evaluation/evaluation.ts";
import { institutionOf } from "../data/folds.ts";
import type { TrainingSettings } from "../fit/training_settings.ts";
import type { EpochMetrics, RunMetrics } from "../run/run_folder.ts";

/** A fold that is finished. */
export interface FinishedFold {
  /** From 1. */
  readonly fold: number;
  readonly metrics: RunMetrics;
  /** Its validation patients, measured with the checkpoint that the run is used by. */
  readonly patients: readonly PatientEvaluation[];
}

/** A patient, measured by the one network that did not learn from it. */
export interface CrossvalidatedPatient extends PatientEvaluation {
  readonly institution: string;
  readonly fold: number;
  /**
   * Volume Dice after the last epoch: that epoch, unlike the best one, was not chosen by this patient. Absent where the
   * last epoch is what was measured.
   */
  readonly lastEpochDice?: number | null;
}

/** Volume Dice over some patients. Patients whose Dice is not defined are left out; null where none is left. */
export interface DiceFigures {
  /** Patients whose Dice is defined. */
  readonly count: number;
  readonly meanVolumeDice: number | null;
  readonly medianVolumeDice: number | null;
  /** The 95 % bootstrap interval of the mean, patients as units; null with fewer than two. */
  readonly meanInterval: Interval | null;
}

/** One fold's share of the figures. */
export interface FoldFigures extends DiceFigures {
  readonly fold: number;
  /** The epoch whose checkpoint was measured. */
  readonly epoch: number;
}

/** The settings that say whether a fold's own patients had a part in choosing its epoch. */
export type EpochChoice = Pick<TrainingSettings, "checkpoint" | "patience">;

/** All patients' figures. */
export interface CrossvalidationSummary extends DiceFigures {
  /** Sorted by id. */
  readonly patients: readonly CrossvalidatedPatient[];
  /** On what the figures were measured: stands beside them wherever they are shown. */
  readonly measuredOn: string;
  /** After the last epoch of each fold. Absent where that is what was measured. */
  readonly lastEpoch?: DiceFigures;
  readonly institutions: readonly (DiceFigures & { readonly institution: string })[];
  readonly folds: readonly FoldFigures[];
}

/**
 * Sums volume Dice, each null left out, as nnU-Net and MONAI do.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const { count, meanVolumeDice, medianVolumeDice } = diceFigures([0.5, null, 0.75, 1]);
 * assert.deepEqual([count, meanVolumeDice, medianVolumeDice], [3, 0.75, 0.75]);
 * ```
 */
export function diceFigures(dice: readonly (number | null)[]): DiceFigures {
  const defined = dice.filter((value) => value !== null);
  return {
    count: defined.length,
    meanVolumeDice: mean(defined),
    medianVolumeDice: median(defined),
    meanInterval: bootstrapInterval(defined),
  };
}

/**
 * Brings the folds together: each patient once, whichever fold it was in.
 *
 * @param ids All patients.
 * @param choice How the folds' epochs were chosen.
 * @throws {Error} when a patient was measured in no fold, in several, or is not one of them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const figures = { slices: 20, iou: 0.5, sensitivity: 0.5, precision: 0.5 };
 * const pixels = { tumorPixels: 500, predictedPixels: 600 };
 * const foldOf = (fold: number, id: string, volumeDice: number) => ({
 *   fold,
 *   metrics: { epochs: [], bestEpoch: 40 },
 *   patients: [{ id, volumeDice, ...figures, ...pixels }],
 * });
 * const ids = ["TCGA_CS_1", "TCGA_DU_2"], choice = { checkpoint: "last", patience: 0 } as const;
 * const folds = [foldOf(1, ids[0], 0.5), foldOf(2, ids[1], 1)];
 * const { meanVolumeDice, institutions } = summarizeFolds(ids, folds, choice);
 * assert.equal(meanVolumeDice, 0.75);
 * assert.deepEqual(institutions.map(({ institution }) => institution), ["CS", "DU"]);
 * assert.throws(() => summarizeFolds(ids, folds.slice(1), choice), /TCGA_CS_1 was in 0/);
 * ```
 */
export function summarizeFolds(
  ids: readonly string[],
  folds: readonly FinishedFold[],
  choice: EpochChoice,
): CrossvalidationSummary {
  const hasOther = choice.checkpoint !== "last";
  const patients = folds.flatMap((fold) => patientsOf(fold, hasOther)).sort((a, b) =>
    a.id < b.id ? -1 : 1
  );
  assertEachOnce(ids, patients);
  const byInstitution = Map.groupBy(patients, ({ institution }) => institution);
  return {
    ...diceFigures(patients.map(({ volumeDice }) => volumeDice)),
    measuredOn: measuredOn(choice),
    ...(hasOther
      ? { lastEpoch: diceFigures(patients.map(({ lastEpochDice }) => lastEpochDice ?? null)) }
      : {}),
    institutions: [...byInstitution].sort(([a], [b]) => a < b ? -1 : 1)
      .map(([institution, group]) => ({
        institution,
        ...diceFigures(group.map(({ volumeDice }) => volumeDice)),
      })),
    folds: folds.map(({ fold, metrics, patients: group }) => ({
      fold,
      epoch: metrics.bestEpoch,
      ...diceFigures(group.map(({ volumeDice }) => volumeDice)),
    })),
    patients,
  };
}

function patientsOf(
  { fold, metrics, patients }: FinishedFold,
  withLastEpoch: boolean,
): CrossvalidatedPatient[] {
  const last: EpochMetrics | undefined = metrics.epochs.at(-1);
  return patients.map((patient) => ({
    ...patient,
    institution: institutionOf(patient.id),
    fold,
    ...(withLastEpoch ? { lastEpochDice: last?.diceByPatient[patient.id] ?? null } : {}),
  }));
}

function assertEachOnce(
  ids: readonly string[],
  patients: readonly CrossvalidatedPatient[],
): void {
  const folds = Map.groupBy(patients, ({ id }) => id);
  for (const id of new Set([...ids, ...folds.keys()])) {
    const times = folds.get(id)?.length ?? 0;
    if (times === 1 && ids.includes(id)) continue;
    throw new Error(
      `Cannot sum the folds as each patient must be measured in one of them: ${id} was in ${times}` +
        (ids.includes(id) ? "" : " and is not one of the patients"),
    );
  }
}

function measuredOn({ checkpoint, patience }: EpochChoice): string {
  const once = "Each patient was measured once, by the network that did not learn from it";
  const chosen = "by the fold's own patients, so expect a little less on others";
  if (checkpoint === "last") {
    return patience > 0
      ? `${once}. How long it was trained was decided ${chosen}.`
      : `${once}, after the last epoch: no epoch was chosen by it.`;
  }
  const last = patience > 0 ? "" : "; the last epoch was not chosen";
  return `${once}. The epoch was chosen ${chosen}${last}.`;
}
