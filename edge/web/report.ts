/** What the page says in words and numbers. */

/// <reference lib="dom" />

import { diceFromCounts } from "../../shared/dice.ts";
import { confusionCounts } from "../../shared/confusion.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import type { Mask } from "../../shared/volume.ts";
import { elements } from "./elements.ts";
import type { PageSegmentation } from "./segmenter.ts";

const nothing = "–";

/** Says what the page is doing; read out by screen readers. */
export function say(text: string): void {
  elements.status.textContent = text;
}

/** Shows what went wrong, or that nothing did. */
export function showError(message?: string): void {
  elements.error.hidden = message === undefined;
  elements.error.textContent = message ?? "";
}

/** Shows the numbers of a segmentation, or that there are none yet. */
export function showNumbers(segmentation?: PageSegmentation): void {
  const { area, probability, time } = elements;
  const mean = segmentation?.meanProbability ?? undefined;
  area.textContent = segmentation
    ? `${segmentation.areaPixels.toLocaleString("en")} pixels`
    : nothing;
  probability.textContent = mean === undefined ? nothing : mean.toFixed(3);
  time.textContent = segmentation ? `${Math.round(segmentation.milliseconds)} ms` : nothing;
}

/** Shows the Dice of an outline against the reference, where there is one. */
export function showDice(prediction: Mask | undefined, reference: Mask | undefined): void {
  elements.diceRow.hidden = reference === undefined;
  elements.dice.textContent = prediction && reference ? diceText(prediction, reference) : nothing;
}

function diceText(prediction: Mask, reference: Mask): string {
  const dice = diceFromCounts(confusionCounts(prediction, reference));
  return Number.isNaN(dice) ? "not defined: both are empty" : dice.toFixed(3);
}

/** Shows whose work the outlines are, and how good that is known to be. */
export function showModel(card: ModelCard): void {
  elements.modelName.textContent = `${card.name} ${card.version}`;
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
  elements.modelFacts.replaceChildren(...facts.map((fact) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = fact;
    return paragraph;
  }));
}
