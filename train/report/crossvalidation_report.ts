/**
 * The report of a cross-validation: one HTML file, and its figures as JSON.
 *
 * @module
 */
import { basename, join, resolve } from "node:path";
import { html, raw } from "hono/html";
import { notForClinicalUse } from "../terminal/command_line.ts";
import { counted } from "../terminal/counted.ts";
import { crossvalidationFiles, type CrossvalidationPlan } from "../crossvalidation/plan.ts";
import {
  type CrossvalidatedPatient,
  type CrossvalidationSummary,
  type DiceFigures,
} from "../crossvalidation/summary.ts";
import { figureCells, figureHeader } from "../crossvalidation/table.ts";
import { formatFigure } from "../evaluation/evaluation_table.ts";
import { flatSettings } from "../fit/flat_settings.ts";
import { writeWholeFile } from "../storage/write_whole_file.ts";
import { drawDice } from "./dice_plot.ts";
import { htmlPage, settingsTable } from "./page.ts";
import { reportFiles } from "./report.ts";

/**
 * Writes the report of a cross-validation whose folds are finished.
 *
 * @param out The cross-validation's folder.
 * @returns The path of the HTML file.
 */
export async function writeCrossvalidationReport(
  out: string,
  plan: CrossvalidationPlan,
  summary: CrossvalidationSummary,
): Promise<string> {
  const json = { ...summary, notFor: notForClinicalUse };
  await writeWholeFile(
    join(out, crossvalidationFiles.evaluation),
    JSON.stringify(json, null, 2) + "\n",
  );
  const path = join(out, crossvalidationFiles.report);
  await writeWholeFile(path, crossvalidationPage(out, plan, summary, await drawDice(summary)));
  return path;
}

function crossvalidationPage(
  out: string,
  { recipe, settings, folds, start, patients }: CrossvalidationPlan,
  summary: CrossvalidationSummary,
  plot: string,
): string {
  const name = basename(resolve(out));
  return htmlPage({
    title: `${name}: cross-validation`,
    heading: name,
    summary: `Cross-validation of ${counted(patients.length, "patient")} in ${folds} folds.`,
    main: html`
      <section>
        <h2>Volume Dice</h2>
        <p>${summary.measuredOn}</p>
        <div class="curves">${raw(plot)}</div>
        <p>Gray: patients. Color: their mean with its 95 % bootstrap interval, patients as units.</p>
        ${groupsTable(summary)}
      </section>
      <section>
        <h2>Patients</h2>
        ${patientsTable(summary)}
      </section>
      <section>
        <h2>Settings</h2>
        ${settingsTable(flatSettings({ recipe, start, ...settings }))}
      </section>
    `,
  });
}

function groupsTable(summary: CrossvalidationSummary) {
  const row = (name: unknown, figures: DiceFigures) =>
    html`
      <tr>
        <td>${name}${figureCells(figures).map((cell) => html`<td>${cell}`)}</tr>
    `;
  return html`
    <table>
      <thead>
        <tr>
          <th>${figureHeader.map((cell) => html`<th>${cell}`)}</thead>
      <tbody>
        ${summary.institutions.map((group) => row(`institution ${group.institution}`, group))}
        ${summary.folds.map((group) => row(foldLink(group.fold, `fold ${group.fold}`), group))}
      </tbody>
      <tfoot>
        ${row("all", summary)}
        ${summary.lastEpoch ? row("all, after the last epoch", summary.lastEpoch) : ""}
      </tfoot>
    </table>
  `;
}

function patientsTable({ patients, lastEpoch }: CrossvalidationSummary) {
  return html`
    <table>
      <thead>
        <tr>
          <th>patient<th>fold<th>Dice${lastEpoch
            ? html`<th>after the last epoch`
            : ""}<th>sensitivity<th>precision
          <th>tumor pixels<th>predicted</thead>
      <tbody>${patients.map((patient) =>
        html`
          <tr>
            <td>${patient.id}<td>${foldLink(patient.fold, String(patient.fold))}
                  <td>${formatFigure(patient.volumeDice)}${lastEpochCell(patient)}
                  <td>${formatFigure(patient.sensitivity)}<td>${formatFigure(patient.precision)}
                  <td>${patient.tumorPixels}<td>${patient.predictedPixels}</tr>
        `
      )}</tbody>
    </table>
  `;
}

function lastEpochCell({ lastEpochDice }: CrossvalidatedPatient) {
  return lastEpochDice === undefined ? "" : html`<td>${formatFigure(lastEpochDice)}`;
}

/** A link to the report of a fold, which has the outlines. */
function foldLink(fold: number, text: string) {
  return html`<a href="${crossvalidationFiles.fold(fold)}/${reportFiles.report}">${text}</a>`;
}
