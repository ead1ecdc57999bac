/** Whose work the outlines are, and how good that is known to be. */

/// <reference lib="dom" />

import type { ModelCard } from "../../../shared/model_card.ts";
import { find } from "../dom.ts";

const name = find("model-name", HTMLElement);
const list = find("model-facts", HTMLElement);

/** Shows what a model's card says: first what anyone has to know, and last, for who asks, how it was made. */
export function showModel(
  { name: model, version, evaluation, training, notFor, licence }: ModelCard,
): void {
  name.textContent = `${model} ${version}`;
  const measured = evaluation.map(({ patients, count, meanVolumeDice }) =>
    `Mean volume Dice ${meanVolumeDice.toFixed(2)} on ${count} patients: ${patients}.`
  );
  const facts = [notFor, `Trained on: ${training.data}.`, ...measured, `Licence: ${licence}`];
  list.replaceChildren(...facts.map(paragraph), recipeOf(training));
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}

/** The settings of every run that led to it, which only who trains models reads. */
function recipeOf({ recipe }: ModelCard["training"]): HTMLElement {
  const details = document.createElement("details"), summary = document.createElement("summary");
  summary.textContent = "How it was trained";
  details.append(summary, paragraph(`${recipe}.`));
  return details;
}
