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
import type { PatientPictures } from "../patient_pictures.ts";
import { formatCount, formatFigure } from "../validation_table.ts";
import type { Validation } from "../validation.ts";
import { drawCalibration } from "./calibration_plot.ts";
import { drawPatientBars } from "./patient_bars.ts";
import { drawSizes } from "./size_plot.ts";
import { groupTable, patientTable, summaryTable, variantSection } from "./tables.ts";
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

async function calibrationSection({ calibration }: Validation) {
  if (!calibration) return "";
  const { ece, eceAfter, temperature, voxels } = calibration;
  return html`
    <section>
      <h2>Calibration</h2>
      <div class="split">
        <div class="curves">${raw(await drawCalibration(calibration))}</div>
        <p>Of the voxels that the model gives a probability, how many are tumor.<br>
          Expected calibration error over ${formatCount(voxels)} voxels: <b>${ece.toFixed(5)}</b>;
          <b>${eceAfter.toFixed(5)}</b> at a temperature of ${temperature.toFixed(3)}.<br>
          The temperature was fitted to these patients: expect a little more on others.</p>
      </div>
    </section>
  `;
}
