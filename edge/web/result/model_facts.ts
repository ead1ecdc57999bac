/** Whose work the outlines are, and how good that is known to be. */

/// <reference lib="dom" />

import type { ModelCard } from "../../../shared/model_card.ts";
import { find } from "../dom.ts";

const name = find("model-name", HTMLElement);
const list = find("model-facts", HTMLElement);

/** Shows what a model's card says. */
export function showModel(card: ModelCard): void {
  name.textContent = `${card.name} ${card.version}`;
  const measured = card.evaluation.map(({ patients, count, meanVolumeDice }) =>
    `Mean volume Dice ${meanVolumeDice.toFixed(3)} on ${count} patients: ${patients}.`
  );
  const facts = [
    `Trained on: ${card.training.data}.`,
    `Recipe: ${card.training.recipe}.`,
    ...measured,
    card.notFor,
    `Licence: ${card.licence}`,
  ];
  list.replaceChildren(...facts.map((fact) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = fact;
    return paragraph;
  }));
}
