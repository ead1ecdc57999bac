/** The numbers beside the picture: area, volume, probability and agreement with the reference. */

/// <reference lib="dom" />

import { diceFromCounts } from "../../../shared/dice.ts";
import type { ConfusionCounts } from "../../../shared/confusion.ts";
import { find, setText } from "../dom.ts";
import { shownPrediction, shownProbability, shownReference } from "../segment/shown_prediction.ts";
import { state } from "../state.ts";
import { measureSlice, totalArea, totalCounts } from "./measure_scan.ts";
import { formatArea, formatVolume } from "./quantity.ts";

const area = find("area", HTMLElement);
const volume = find("volume", HTMLElement);
const volumeRow = find("volume-row", HTMLElement);
const probability = find("probability", HTMLElement);
const dice = find("dice", HTMLElement);
const diceRow = find("dice-row", HTMLElement);
const diceHelp = find("dice-help", HTMLElement);
const volumeDice = find("volume-dice", HTMLElement);
const volumeDiceRow = find("volume-dice-row", HTMLElement);

const nothing = "–";

/** Shows the numbers of the slice that is shown, and of the whole scan. */
export function drawNumbers(): void {
  drawSliceNumbers();
  drawVolumeNumbers();
}

function drawSliceNumbers(): void {
  const mask = shownPrediction();
  const measure = mask && measureSlice(mask, shownProbability(), shownReference());
  setText(area, measure ? formatArea(measure.areaPixels, state.scan?.geometry?.spacing) : nothing);
  setText(probability, measure?.meanProbability?.toFixed(3) ?? nothing);
  diceRow.hidden = diceHelp.hidden = state.reference === undefined;
  setText(dice, measure?.counts ? formatDice(measure.counts) : nothing);
}

function drawVolumeNumbers(): void {
  const { scan, reference, prediction } = state;
  const several = (scan?.volume.slices ?? 1) > 1, measure = prediction?.measure;
  volumeRow.hidden = !several;
  volumeDiceRow.hidden = !several || reference === undefined;
  // A part of the slices has a smaller volume and another Dice; better none than a wrong one.
  const complete = measure?.masks !== undefined;
  setText(volume, complete ? formatVolume(totalArea(measure), scan?.geometry?.spacing) : nothing);
  const counts = complete ? totalCounts(measure) : undefined;
  setText(volumeDice, counts ? formatDice(counts) : nothing);
}

function formatDice(counts: ConfusionCounts): string {
  const value = diceFromCounts(counts);
  return Number.isNaN(value) ? "both empty" : value.toFixed(3);
}
