/** Which entry of a card a plot shows, in shipped cards and in made ones. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { EvaluationCard } from "../../../shared/model_card.ts";
import { readModel } from "../../../train/export/model_folder.ts";
import { tellingEvaluation } from "../../../train/report/telling_evaluation.ts";
import { root } from "../support/run_command.ts";

const training = { data: "d", recipe: "r", patients: ["A", "B", "C"] };

/** An entry on patients with these names. */
function entryOf(patients: string, ids: string, more: Partial<EvaluationCard> = {}) {
  const diceByPatient = Object.fromEntries([...ids].map((id) => [id, 0.8]));
  return { patients, count: ids.length, meanVolumeDice: 0.8, diceByPatient, ...more };
}

const telling = (...evaluation: EvaluationCard[]) => {
  const found = tellingEvaluation({ evaluation, training });
  return found && [found.entry.patients, found.trainedOn];
};

for (const name of ["unet", "preview"]) {
  Deno.test(`tellingEvaluation of ${name} is its cross-validation, on patients not trained on`, async () => {
    const { card } = await readModel(join(root, "edge/models", name));
    const { entry, trainedOn } = tellingEvaluation(card)!;
    assert.match(entry.patients, /^cross-validation in 5 folds/);
    assert.deepEqual([entry.count, trainedOn], [50, false]);
  });
}

Deno.test("tellingEvaluation of the reference is of the patients that its card says are unseen", async () => {
  const { card } = await readModel(join(root, "edge/models/reference"));
  const { entry, trainedOn } = tellingEvaluation(card)!;
  assert.deepEqual([entry.count, trainedOn], [22, false]);
});

Deno.test("tellingEvaluation takes the largest of patients not trained on, before any other", () => {
  const seen = entryOf("seen", "ABC"), few = entryOf("few", "D"), unseen = entryOf("unseen", "DE");
  assert.deepEqual(telling(seen, few, unseen), ["unseen", false]);
  assert.deepEqual(telling(few, seen), ["few", false]);
});

Deno.test("tellingEvaluation knows patients of training by their names, one among others too", () => {
  assert.deepEqual(telling(entryOf("never trained on", "CDE")), ["never trained on", true]);
});

Deno.test("tellingEvaluation believes that other networks had not been trained on the patients", () => {
  const seen = entryOf("seen", "ABC"), folds = { ofOtherNetworks: true };
  assert.deepEqual(telling(seen, entryOf("folds", "AB", folds)), ["folds", false]);
  const own = entryOf("folds", "AB", { ofOtherNetworks: false });
  assert.deepEqual(telling(seen, own), ["seen", true]);
});

Deno.test("tellingEvaluation goes by an entry's words where it names nobody", () => {
  const words = (patients: string) => ({ patients, count: 2, meanVolumeDice: 0.8 });
  assert.deepEqual(telling(words("40 it was not trained on"))?.[1], false);
  assert.deepEqual(telling(words("its own"))?.[1], true);
  assert.equal(telling(), undefined);
});
