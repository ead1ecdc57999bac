/**
 * Which measurement in a model's card says most about it.
 *
 * @module
 */
import type { EvaluationCard, ModelCard } from "../../shared/model_card.ts";

/** An entry of a card, and whether the network that was measured had been trained on some of its patients. */
export interface TellingEvaluation {
  readonly entry: EvaluationCard;
  readonly trainedOn: boolean;
}

/**
 * The measurement that says most: of those on patients that were not trained on, the one of the most patients; where
 * there is none, the largest of the others. Absent where nothing was measured.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const training = { data: "d", recipe: "r", patients: ["A", "B"] };
 * const dice = { meanVolumeDice: 0.9, diceByPatient: { A: 0.9, B: 0.9 } };
 * const evaluation = [
 *   { patients: "its own", count: 2, ...dice },
 *   { patients: "folds", count: 2, ofOtherNetworks: true, ...dice, meanVolumeDice: 0.8 },
 * ];
 * const { entry, trainedOn } = tellingEvaluation({ evaluation, training })!;
 * assert.deepEqual([entry.meanVolumeDice, trainedOn], [0.8, false]);
 * ```
 */
export function tellingEvaluation(
  { evaluation, training }: Pick<ModelCard, "evaluation" | "training">,
): TellingEvaluation | undefined {
  const entries = evaluation.map((entry) => ({ entry, trainedOn: sawAny(entry, training) }));
  return entries.toSorted((a, b) =>
    Number(a.trainedOn) - Number(b.trainedOn) || b.entry.count - a.entry.count
  ).at(0);
}

/** By their names, where card and entry have them; else by the entry's words. */
function sawAny(
  { diceByPatient, ofOtherNetworks, patients }: EvaluationCard,
  { patients: trained }: ModelCard["training"],
): boolean {
  if (ofOtherNetworks) return false;
  const measured = Object.keys(diceByPatient ?? {});
  if (typeof trained === "string" || measured.length === 0) {
    return !/\b(never|not) trained on\b/.test(patients);
  }
  return measured.some((patient) => trained.includes(patient));
}
