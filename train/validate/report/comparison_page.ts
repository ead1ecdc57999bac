/**
 * A comparison as one HTML file that needs nothing beside it.
 *
 * @module
 */
import { html, raw } from "hono/html";
import { htmlPage } from "../../report/page.ts";
import { vegaSvg } from "../../report/vega_svg.ts";
import { counted } from "../../terminal/counted.ts";
import type { Comparison } from "../comparison.ts";
import {
  comparisonCells,
  comparisonHeader,
  comparisonNotes,
  verdict,
} from "../comparison_table.ts";
import { type LengthUnit, metricTitle } from "../metrics.ts";
import { formatFigure } from "../validation_table.ts";
import type { NamedFigures } from "../validation_source.ts";
import { validationStyle } from "./validation_style.ts";

/** What is told on the page. */
export interface ComparisonPageContent {
  readonly a: NamedFigures;
  readonly b: NamedFigures;
  readonly comparison: Comparison;
  readonly unit: LengthUnit;
}

/** The page's text. */
export async function comparisonPage(
  { a, b, comparison, unit }: ComparisonPageContent,
): Promise<string> {
  const pairs = pairsOf(a, b, comparison);
  return htmlPage({
    title: `${a.name} and ${b.name}: comparison`,
    heading: `${a.name} and ${b.name}`,
    summary: `A is ${a.name}, B is ${b.name}, on the same ${
      counted(comparison.patients.length, "patient")
    }.`,
    style: validationStyle,
    main: html`
      <section>
        <h2>Do they differ?</h2>
        <p><b>${verdict(a.name, b.name, comparison)}</b></p>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>metric${comparisonHeader.map((cell) => html`<th>${cell}`)}</thead>
          <tbody>${comparison.metrics.map((row) =>
            html`
              <tr>
                <td>${metricTitle(row.metric, unit)}${comparisonCells(row).map((cell) =>
                  html`<td>${cell}`
                )}</tr>
            `
          )}</tbody>
        </table></div>
        ${comparisonNotes(comparison, unit).map((note) => html`<p>${note}</p>`)}
        <p>Patients are the units: the mean difference's interval and p by paired bootstrap, 10,000 resamples; the Wilcoxon
          signed-rank test counted out up to 50 patients that differ.</p>
      </section>
      <section>
        <h2>Dice, patient by patient</h2>
        <div class="curves">${raw(await drawPairs(pairs))}</div>
        <p>Above the line B is better.</p>
        <div class="scroll"><table>
          <thead><tr><th>patient<th>A<th>B<th>B - A</thead>
          <tbody>${pairs.map(({ id, a, b }) =>
            html`
              <tr>
                <td>${id}<td>${formatFigure(a)}<td>${formatFigure(b)}<td>${formatFigure(
                  a === null || b === null ? null : b - a,
                )}</tr>
            `
          )}</tbody>
        </table></div>
      </section>
    `,
  });
}

/** A patient's Dice in both. */
interface Pair {
  readonly id: string;
  readonly a: number | null;
  readonly b: number | null;
}

/** The largest loss from A to B first. */
function pairsOf(a: NamedFigures, b: NamedFigures, { patients }: Comparison): Pair[] {
  const dice = ({ patients }: NamedFigures) =>
    new Map(patients.map(({ id, volumeDice }) => [id, volumeDice]));
  const inA = dice(a), inB = dice(b);
  return patients.map((id) => ({ id, a: inA.get(id) ?? null, b: inB.get(id) ?? null }))
    .sort((x, y) => (x.b ?? 0) - (x.a ?? 0) - ((y.b ?? 0) - (y.a ?? 0)));
}

function drawPairs(pairs: readonly Pair[]): Promise<string> {
  const axis = (field: string, title: string) => ({
    field,
    type: "quantitative",
    title,
    scale: { domain: [0, 1] },
    axis: { format: ".1f", tickCount: 6 },
  });
  const x = axis("a", "volume Dice of A"), y = axis("b", "volume Dice of B");
  return vegaSvg({
    width: 340,
    height: 340,
    layer: [
      {
        data: { values: [{ a: 0, b: 0 }, { a: 1, b: 1 }] },
        mark: { type: "line", color: "#aaa", strokeDash: [4, 4] },
        encoding: { x, y },
      },
      {
        data: { values: pairs.filter(({ a, b }) => a !== null && b !== null) },
        mark: { type: "point", filled: true, size: 60, opacity: 0.8, color: "#3a6ea5" },
        encoding: { x, y },
      },
    ],
  });
}
