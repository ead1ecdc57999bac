/**
 * A validation as one HTML file that needs nothing beside it.
 *
 * @module
 */
import { html, raw } from "hono/html";
import { bundleScript } from "../../report/bundle_script.ts";
import { drawGroups, type PlotGroup } from "../../report/group_plot.ts";
import { htmlPage } from "../../report/page.ts";
import { counted } from "../../terminal/counted.ts";
import type { FigureSummary } from "../figure_summary.ts";
import type { CheckedGate } from "../gate.ts";
import type { PatientGroup } from "../groups.ts";
import { metricNames, metrics, metricTitle } from "../metrics.ts";
import type { PatientPictures } from "../patient_pictures.ts";
import { formatFigure, formatInterval, variantTitle } from "../validation_table.ts";
import type { Validation } from "../validation.ts";
import { drawCalibration } from "./calibration_plot.ts";
import { drawPatientBars } from "./patient_bars.ts";
import { drawSizes } from "./size_plot.ts";
import { validationStyle } from "./validation_style.ts";
import { worstCasesSection } from "./worst_cases.ts";

/** What is told on the page. */
export interface ValidationPageContent {
  /** What was measured, as the heading: the model's or the folder's name. */
  readonly name: string;
  /** On what, in a sentence. */
  readonly measuredOn: string;
  readonly validation: Validation;
  readonly gates: readonly CheckedGate[];
  readonly worst: readonly PatientPictures[];
}

/** The page's text. */
export async function validationPage(content: ValidationPageContent): Promise<string> {
  const { name, measuredOn, validation, gates, worst } = content;
  const [bars, sizes, groups] = await Promise.all([
    drawPatientBars(validation),
    drawSizes(validation),
    drawGroups(plotGroups(validation)),
  ]);
  const cases = worst.length ? worstCasesSection(validation, worst) : undefined;
  return htmlPage({
    title: `${name}: validation`,
    heading: name,
    summary: measuredOn,
    style: validationStyle,
    main: html`
      ${[...validation.problems, ...validation.unmatched].map((problem) =>
        html`<p class="note">${problem}</p>`
      )}
      ${gates.length ? gateSection(gates) : ""}
      <section>
        <h2>All patients</h2>
        ${summaryTable(validation)}
        ${spacingNote(validation)}
      </section>
      <section>
        <h2>Dice of each patient</h2>
        <div class="curves">${raw(bars)}</div>
      </section>
      <section>
        <h2>Dice against tumor size</h2>
        <div class="curves">${raw(sizes)}</div>
      </section>
      <section>
        <h2>By institution and tumor size</h2>
        <div class="curves">${raw(groups)}</div>
        <p>Gray: patients. Color: their mean with its 95 % bootstrap interval, patients as units.</p>
        ${groupTable(validation)}
      </section>
      ${validation.variants.length ? variantSection(validation) : ""}
      ${await calibrationSection(validation)}
      ${cases?.section ?? ""}
      <section>
        <h2>Patients</h2>
        ${patientTable(validation)}
      </section>
      ${cases
        ? html`
          <script type="application/json" id="cases">${raw(cases.data)}</script>
          <script type="module">${raw(await bundleScript(pageScript))}</script>
        `
        : ""}
    `,
  });
}

const pageScript = new URL("page_script.ts", import.meta.url);

function gateSection(gates: readonly CheckedGate[]) {
  return html`
    <section>
      <h2>Gates</h2>
      <table>
        <thead>
          <tr>
            <th>gate<th>value<th></thead>
        <tbody>${gates.map(({ text, value, passed }) =>
          html`
            <tr>
              <td>${text}<td>${formatFigure(value)}<td class="${passed
                ? "passed"
                : "failed"}">${passed ? "passed" : "not passed"}</tr>
          `
        )}</tbody>
      </table>
    </section>
  `;
}

function summaryTable({ metrics: summaries, unit }: Validation) {
  return html`
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>metric<th>mean<th>95 % interval<th>standard deviation<th>min<th>quartile 1<th>median
        <th>quartile 3<th>max<th>patients</thead>
      <tbody>${metricNames.filter((name) => summaries[name].count).map((name) => {
        const summary = summaries[name];
        return html`
          <tr>
            <td>${metricTitle(name, unit)}<td>${formatFigure(summary.finiteMean)}
            <td>${formatInterval(summary.interval)}<td>${formatFigure(summary.standardDeviation)}
            <td>${formatFigure(summary.minimum)}<td>${formatFigure(summary.quartile1)}
            <td>${formatFigure(summary.median)}<td>${formatFigure(summary.quartile3)}
            <td>${formatFigure(summary.maximum)}<td>${patientCount(summary)}</tr>
        `;
      })}</tbody>
    </table></div>
    <p>Intervals are those of the mean, by bootstrap with patients as units. A figure that is not defined for a
      patient, as Dice where there is no tumor at all, is left out; infinite distances, where a tumor was missed
      altogether, are in the median and not in the mean.</p>
  `;
}

function patientCount({ count, infinite }: FigureSummary): string {
  return infinite ? `${count}, ${infinite} infinite` : String(count);
}

function spacingNote({ unit }: Validation) {
  return unit === "mm"
    ? ""
    : html`<p class="note">The files do not say how large a voxel is: distances are in voxels.</p>`;
}

function plotGroups(
  { patients, metrics: { dice }, institutions, tumorSizes }: Validation,
): PlotGroup[] {
  const byId = new Map(patients.map(({ id, volumeDice }) => [id, volumeDice]));
  const row = (label: string, ids: readonly string[], summary: FigureSummary): PlotGroup => ({
    label: `${label} (${counted(summary.count, "patient")})`,
    dice: ids.map((id) => byId.get(id) ?? null),
    mean: summary.mean,
    interval: summary.interval,
  });
  return [
    row("all", patients.map(({ id }) => id), dice),
    ...institutions.map(({ name, patients, metrics }) => row(name, patients, metrics.dice)),
    ...tumorSizes.map(({ name, patients, metrics }) =>
      row(`${name} tumors`, patients, metrics.dice)
    ),
  ];
}

function groupTable({ institutions, tumorSizes, unit }: Validation) {
  const row = (name: string, { patients, metrics }: PatientGroup) =>
    html`
      <tr>
        <td>${name}<td>${patients.length}<td>${formatFigure(metrics.dice.mean)}
        <td>${formatInterval(metrics.dice.interval)}<td>${formatFigure(metrics.dice.median)}
        <td>${formatFigure(metrics.sensitivity.median)}<td>${formatFigure(metrics.precision.median)}
        <td>${formatFigure(metrics.hd95.median)}</tr>
    `;
  return html`
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>
              <th>patients<th>mean Dice<th>95 % interval<th>median Dice<th>median sensitivity
        <th>median precision<th>median ${metricTitle("hd95", unit)}</thead>
      <tbody>
        ${institutions.map((group) => row(`institution ${group.name}`, group))}
        ${tumorSizes.map((group) =>
          row(`${group.name} tumors, ${group.fromVoxels} to ${group.toVoxels} voxels`, group)
        )}
      </tbody>
    </table></div>
  `;
}

function variantSection({ variants, unit }: Validation) {
  return html`
    <section>
      <h2>Other ways to run the model</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>
                <th>mean Dice<th>95 % interval<th>median Dice<th>median sensitivity<th>median precision
          <th>median ${metricTitle("hd95", unit)}</thead>
        <tbody>${variants.map(({ variant, metrics }) =>
          html`
            <tr>
              <td>${variantTitle(variant)}<td>${formatFigure(metrics.dice.mean)}
              <td>${formatInterval(metrics.dice.interval)}<td>${formatFigure(metrics.dice.median)}
              <td>${formatFigure(metrics.sensitivity.median)}<td>${formatFigure(
                metrics.precision.median,
              )}
              <td>${formatFigure(metrics.hd95.median)}</tr>
          `
        )}</tbody>
      </table></div>
    </section>
  `;
}

async function calibrationSection({ calibration }: Validation) {
  if (!calibration) return "";
  const { ece, eceAfter, temperature, voxels } = calibration;
  return html`
    <section>
      <h2>Calibration</h2>
      <div class="split">
        <div class="curves">${raw(await drawCalibration(calibration))}</div>
        <p>Of the voxels that the model gives a probability, how many are tumor.<br>
          Expected calibration error over ${voxels} voxels: <b>${ece.toFixed(5)}</b>;
          <b>${eceAfter.toFixed(5)}</b> at a temperature of ${temperature.toFixed(3)}.<br>
          The temperature was fitted to these patients: expect a little more on others.</p>
      </div>
    </section>
  `;
}

function patientTable({ patients, unit }: Validation) {
  const shown = metricNames.filter((name) =>
    patients.some((figures) => metrics[name].of(figures) !== null)
  );
  return html`
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>patient${shown.map((name) => html`<th>${metricTitle(name, unit)}`)}<th>tumor voxels
        <th>predicted<th>slices</thead>
      <tbody>${patients.map((figures) =>
        html`
          <tr>
            <td>${figures.id}${shown.map((name) =>
              html`<td>${formatFigure(metrics[name].of(figures))}`
            )}<td>${figures.tumorPixels}<td>${figures.predictedPixels}<td>${figures.slices}</tr>
        `
      )}</tbody>
    </table></div>
  `;
}
