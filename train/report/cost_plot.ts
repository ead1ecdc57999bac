/**
 * What models are worth against what they cost.
 *
 * @module
 */
import { vegaSvg } from "./vega_svg.ts";

/** A model as the plot shows it. */
export interface CostedModel {
  readonly name: string;
  /** Of one slice. */
  readonly milliseconds: number;
  /** Mean volume Dice. */
  readonly dice: number;
  /** Whether it was trained on patients it is measured on: then its Dice says little. */
  readonly trainedOnThem: boolean;
}

const colors = { model: "#c8501e", seen: "#8a8a8a", front: "#e2b9a5" };

/**
 * Models that no other beats: none is both as fast and as good. Those measured on patients they were trained on are
 * left out, as they beat others for nothing. Fastest first.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const model = (name: string, milliseconds: number, dice: number) => ({
 *   name, milliseconds, dice, trainedOnThem: false,
 * });
 * const models = [model("slow", 90, 0.8), model("good", 50, 0.85), model("fast", 10, 0.7)];
 * assert.deepEqual(paretoFront(models).map(({ name }) => name), ["fast", "good"]);
 * ```
 */
export function paretoFront(models: readonly CostedModel[]): CostedModel[] {
  const byTime = models.filter(({ trainedOnThem }) => !trainedOnThem)
    .toSorted((a, b) => a.milliseconds - b.milliseconds || b.dice - a.dice);
  let best = -Infinity;
  return byTime.filter(({ dice }) => {
    const better = dice > best;
    if (better) best = dice;
    return better;
  });
}

/** The Dice of all, and some room; at least a tenth, so that a difference that chance makes does not look like one. */
function diceRange(models: readonly CostedModel[]): [from: number, to: number] {
  const dice = models.map((model) => model.dice);
  const least = Math.min(...dice), most = Math.max(...dice);
  const middle = (least + most) / 2, half = Math.max(0.05, 0.6 * (most - least));
  return [middle - half, middle + half];
}

/** What rings and gray mean, where there are any. */
function titleOf(front: readonly CostedModel[], seen: readonly CostedModel[]) {
  const said = [
    ...(front.length > 0 ? ["with a ring: no other is both as fast and as good"] : []),
    ...(seen.length > 0 ? ["gray: measured on patients it was trained on, left out"] : []),
  ];
  const look = { anchor: "start", color: "#333", fontSize: 12, fontWeight: "normal" };
  return { text: said.join("; "), ...look };
}

/**
 * Each model a dot with its name; a ring about each of the front, as one alone has no line to others; models that saw
 * the patients are gray circles. SVG.
 */
export function drawCosts(models: readonly CostedModel[]): Promise<string> {
  const x = {
    field: "milliseconds",
    type: "quantitative",
    title: "milliseconds a slice, decode to mask, on one WebAssembly thread",
    scale: { domainMin: 0, nice: true },
  };
  const y = {
    field: "dice",
    type: "quantitative",
    title: "mean volume Dice",
    scale: { domain: diceRange(models), nice: true },
    axis: { format: ".2f", tickMinStep: 0.01 },
  };
  const layer = (values: readonly unknown[], mark: object) => ({
    data: { values },
    mark,
    encoding: { x, y },
  });
  const unseen = models.filter(({ trainedOnThem }) => !trainedOnThem);
  const seen = models.filter(({ trainedOnThem }) => trainedOnThem);
  const front = paretoFront(models);
  const latest = Math.max(...models.map(({ milliseconds }) => milliseconds));
  // Names of the slowest would leave the picture on the right; those of the front have nobody on their left.
  const left = models.filter((model) => front.includes(model) || model.milliseconds > 0.6 * latest);
  const right = models.filter((model) => !left.includes(model));
  const name = (values: readonly CostedModel[], align: string, dx: number) => ({
    data: { values },
    mark: { type: "text", align, dx, dy: -11, fontSize: 12, color: "#333" },
    encoding: { x, y, text: { field: "name" } },
  });
  return vegaSvg({
    width: 640,
    height: 320,
    title: titleOf(front, seen),
    layer: [
      layer(front, { type: "line", color: colors.front, strokeWidth: 2 }),
      layer(front, { type: "point", color: colors.front, strokeWidth: 2, size: 260, opacity: 1 }),
      layer(unseen, { type: "circle", color: colors.model, size: 90, opacity: 1 }),
      layer(seen, { type: "point", color: colors.seen, size: 90, opacity: 1 }),
      name(left, "right", -7),
      name(right, "left", 7),
    ],
  });
}
