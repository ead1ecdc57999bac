/** Diagrams hold all of their lines, and have axes that can be read. */
import assert from "node:assert/strict";
import { linePlot, plotFrame, type Point, scalesOf } from "../../../train/runs_page/line_plot.ts";
import { drawPanel, type Figure, figures } from "../../../train/runs_page/panels.ts";

const line = (id: number, points: readonly (readonly [number, number])[]) => ({
  id,
  color: "red",
  dash: "",
  points,
});
const { width, height, left, right, top, bottom } = plotFrame;

Deno.test("scalesOf holds the points of all lines, the y axis up to round numbers", () => {
  const { x, y } = scalesOf([line(0, [[1, 0.81], [5, 0.43]]), line(1, [[3, 1.17]])]);
  assert.deepEqual(x.domain, [1, 5]);
  assert.deepEqual([x.place(1), x.place(3), x.place(5)], [
    left,
    (left + width - right) / 2,
    width - right,
  ]);
  assert.deepEqual(y.domain, [0.4, 1.2]);
  assert.deepEqual([y.place(0.4), y.place(1.2)], [height - bottom, top]);
});

Deno.test("scalesOf makes room for a single point, and for none", () => {
  const { x, y } = scalesOf([line(0, [[1, 0.5]])]);
  assert.ok(x.domain[0] < 1 && 1 < x.domain[1]);
  assert.ok(y.domain[0] < 0.5 && 0.5 < y.domain[1]);
  assert.deepEqual(scalesOf([]).x.domain, [0, 1]);
});

Deno.test("drawPanel has no Dice below 0 or above 1 on its axis, where all runs have one value too", () => {
  const labels = (key: Figure["key"], value: number) => {
    const points: Point[] = [[1, value], [2, value]];
    const curves = { trainingLoss: points, validationLoss: points, validationDice: points };
    const figure = figures.find((figure) => figure.key === key)!;
    const svg = drawPanel(figure, [{ name: "run", curves }], new Set([0]));
    return [...svg.matchAll(/text-anchor="end">([^<]*)</g)].map(([, text]) => Number(text));
  };
  for (const [value, least, most] of [[0, 0, 0.6], [1, 0.4, 1], [0.5, 0, 1]]) {
    const drawn = labels("validationDice", value);
    assert.deepEqual([drawn.at(0), drawn.at(-1)], [least, most]);
  }
  assert.equal(labels("trainingLoss", 0).at(0), 0);
  assert.ok(labels("trainingLoss", 1).at(-1)! > 1);
});

Deno.test("linePlot labels ticks with digits of one kind, and epochs with whole numbers", () => {
  const svg = linePlot({ title: "loss", xTitle: "epoch", lines: [line(7, [[1, 0.9], [2, 1]])] });
  const labels = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
  assert.deepEqual(labels, [
    "loss",
    "0.90",
    "0.92",
    "0.94",
    "0.96",
    "0.98",
    "1.00",
    "1",
    "2",
    "epoch",
  ]);
  assert.match(svg, /<polyline data-line="7"/);
});

Deno.test("linePlot marks the points of a few epochs, not of a hundred", () => {
  const draw = (epochs: number) =>
    linePlot({
      title: "",
      xTitle: "",
      lines: [line(0, Array.from({ length: epochs }, (_, epoch) => [epoch, epoch]))],
    });
  assert.equal(draw(30).match(/<circle/g)?.length, 30);
  assert.doesNotMatch(draw(31), /<circle|NaN/);
});
