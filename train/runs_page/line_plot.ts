/**
 * A diagram of lines as SVG. Runs anywhere: the page is written with it, and draws itself anew with it.
 *
 * @module
 */
import { extent, nice, ticks, tickStep } from "d3-array";

/** A point: x, y. */
export type Point = readonly [number, number];

/** A line and how it looks. */
export interface PlotLine {
  /** Stands in the SVG as `data-line`. */
  readonly id: number;
  /** CSS, as `var(--first)`. */
  readonly color: string;
  /** As SVG's `stroke-dasharray`; empty: solid. */
  readonly dash: string;
  readonly points: readonly Point[];
}

/** A diagram's lines, and what stands around them. */
export interface PlotContent {
  readonly title: string;
  readonly xTitle: string;
  readonly lines: readonly PlotLine[];
  /** What the y values can be at all: the axis goes no further. @default any */
  readonly bounds?: Point;
}

const unbounded: Point = [-Infinity, Infinity];

/** Size and margins in SVG's units. */
export const plotFrame = { width: 420, height: 270, left: 46, right: 14, top: 30, bottom: 38 };

/** From a figure to a place in the diagram. */
export interface Scale {
  readonly domain: Point;
  place(value: number): number;
}

/** The scales that hold all points of the lines; from 0 to 1 where there are none. */
export function scalesOf(
  lines: readonly PlotLine[],
  [least, most]: Point = unbounded,
): { readonly x: Scale; readonly y: Scale } {
  const { width, height, left, right, top, bottom } = plotFrame;
  const points = lines.flatMap(({ points }) => points);
  const [firstX = 0, lastX = 1] = extent(points, ([x]) => x);
  const [lowest = 0, highest = 1] = extent(points, ([, y]) => y);
  const [low, high] = nice(...widened(lowest, highest), yTicks);
  return {
    x: scale(widened(firstX, lastX), [left, width - right]),
    y: scale([Math.max(low, least), Math.min(high, most)], [height - bottom, top]),
  };
}

const xTicks = 6, yTicks = 5;

/** An extent that is not empty, for lines of one point or one height. */
function widened(low: number, high: number): [number, number] {
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

function scale(domain: Point, [start, end]: Point): Scale {
  const [low, high] = domain;
  return {
    domain,
    place: (value) => start + (value - low) / (high - low) * (end - start),
  };
}

/**
 * Draws lines over axes that hold all of them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const line = { id: 1, color: "red", dash: "", points: [[1, 0.5], [2, 0.25]] } as const;
 * const svg = linePlot({ title: "loss", xTitle: "epoch", lines: [line] });
 * assert.match(svg, /^<svg .*<polyline data-line="1" points="46,.* stroke="red"/s);
 * ```
 */
export function linePlot({ title, xTitle, lines, bounds }: PlotContent): string {
  const { width, height, left, right, bottom } = plotFrame;
  const { x, y } = scalesOf(lines, bounds);
  const yDigits = Math.max(0, -Math.floor(Math.log10(tickStep(...y.domain, yTicks))));
  const middle = (left + width - right) / 2;
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title} by ${xTitle}">
<text x="${left}" y="16" class="title">${title}</text>
${ticks(...y.domain, yTicks).map((value) => yTick(value, y, yDigits)).join("")}
${ticks(...x.domain, xTicks).filter(Number.isInteger).map((value) => xTick(value, x)).join("")}
<text x="${middle}" y="${height - bottom + 32}" text-anchor="middle">${xTitle}</text>
${lines.map((line) => drawLine(line, x, y)).join("")}
</svg>`;
}

function yTick(value: number, y: Scale, digits: number): string {
  const { width, left, right } = plotFrame, place = round(y.place(value));
  return `<line x1="${left}" x2="${width - right}" y1="${place}" y2="${place}" class="grid"/>` +
    `<text x="${left - 6}" y="${place + 4}" text-anchor="end">${value.toFixed(digits)}</text>`;
}

function xTick(value: number, x: Scale): string {
  const { height, bottom } = plotFrame, place = round(x.place(value));
  return `<text x="${place}" y="${height - bottom + 16}" text-anchor="middle">${value}</text>`;
}

function drawLine({ id, points, color, dash }: PlotLine, x: Scale, y: Scale): string {
  const places = points.map(([atX, atY]) => [round(x.place(atX)), round(y.place(atY))]);
  const dashes = dash && ` stroke-dasharray="${dash}"`;
  const line = `<polyline data-line="${id}" points="${
    places.join(" ")
  }" class="line" stroke="${color}"${dashes}/>`;
  // A few epochs are seen better as points; a hundred are not.
  if (points.length > 30) return line;
  return line +
    places.map(([cx, cy]) =>
      `<circle data-line="${id}" cx="${cx}" cy="${cy}" r="2.5" fill="${color}"/>`
    )
      .join("");
}

/** Places need no more than tenths, and files stay small. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
