/**
 * What was measured of a model, as its card says it.
 *
 * @module
 */
import type { EvaluationCard, GroupCard } from "../../shared/model_card.ts";
import { type Model, readModel, writeModel } from "../export/model_folder.ts";
import type { MetricSummaries, PatientGroup } from "./groups.ts";
import { changesOf, type Variant } from "./variant.ts";
import type { Validation } from "./validation.ts";

/** Digits that a few patients are worth. */
const digits = 4;

/**
 * A validation as an entry of a model's card.
 *
 * @param patients Who they are, above all whether the model was trained on them.
 * @param ofOtherNetworks See `EvaluationCard`.
 * @throws {TypeError} when no patient's Dice is defined.
 */
export function evaluationCard(
  patients: string,
  validation: Validation,
  { ofOtherNetworks = false } = {},
): EvaluationCard {
  const { metrics, unit, institutions, tumorSizes, calibration, variants } = validation;
  const { dice, sensitivity, precision, hd95 } = metrics;
  if (dice.mean === null) {
    throw new TypeError("Cannot write to the card as there must be a Dice: no patient has a tumor");
  }
  return {
    patients,
    ...(ofOtherNetworks && { ofOtherNetworks }),
    count: dice.count,
    meanVolumeDice: rounded(dice.mean)!,
    medianVolumeDice: rounded(dice.median)!,
    ...(dice.interval && {
      meanInterval95: [rounded(dice.interval.low)!, rounded(dice.interval.high)!],
    }),
    diceByPatient: Object.fromEntries(
      validation.patients.map(({ id, volumeDice }) => [id, rounded(volumeDice)]),
    ),
    sensitivity: rounded(sensitivity.mean),
    precision: rounded(precision.mean),
    hd95: { median: finite(hd95.median), unit, infinite: hd95.infinite },
    ...(calibration && {
      calibration: {
        error: rounded(calibration.ece)!,
        temperature: rounded(calibration.temperature)!,
        errorAfter: rounded(calibration.eceAfter)!,
      },
    }),
    institutions: institutions.map(groupCard),
    tumorSizes: tumorSizes.map((group) => ({
      ...groupCard(group),
      name: `${group.name}: ${group.fromVoxels} to ${group.toVoxels} voxels`,
    })),
    ...(variants.length > 0 && {
      variants: variants.map(({ variant, metrics }) => ({
        name: variantName(variant),
        ...figuresOf(metrics),
      })),
    }),
  };
}

/** The model with the entry in its card, in the place of one on the same patients. */
export function withEvaluation({ card, onnx }: Model, entry: EvaluationCard): Model {
  const others = card.evaluation.filter(({ patients }) => patients !== entry.patients);
  return { card: { ...card, evaluation: [...others, entry] }, onnx };
}

/** Writes the entry into the card of the model in a folder. */
export async function writeEvaluation(folder: string, entry: EvaluationCard): Promise<void> {
  await writeModel(folder, withEvaluation(await readModel(folder), entry));
}

function groupCard({ name, metrics }: PatientGroup): GroupCard {
  return { name, ...figuresOf(metrics) };
}

function figuresOf({ dice }: MetricSummaries) {
  return { count: dice.count, meanVolumeDice: rounded(dice.mean) };
}

/** "scaled by the volume, flips averaged, pieces under 0.5 of the largest left out": what differs, in words. */
function variantName(variant: Variant): string {
  return [`scaled by the ${variant.scaling}`, ...changesOf(variant)].join(", ");
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? rounded(value) : null;
}
