/**
 * The report of a run: one HTML file that needs nothing beside it, and its pictures as files.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { mkdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { html, raw } from "hono/html";
import { notForClinicalUse } from "../terminal/command_line.ts";
import { counted } from "../terminal/counted.ts";
import { readRun, type RunRecord } from "../run/run_record.ts";
import type { EvaluatedPatient } from "../evaluation/evaluate_model.ts";
import { type Evaluation, summarize } from "../evaluation/evaluation.ts";
import { formatFigure } from "../evaluation/evaluation_table.ts";
import { flatSettings } from "../fit/flat_settings.ts";
import { describeSchedule } from "../fit/schedule.ts";
import { tellEarlyStop, tellResult } from "../run/tell_result.ts";
import { tellMachines, tellStretches } from "../run/run_stretches.ts";
import { drawCurves } from "./curves.ts";
import { patientOverlay } from "./overlays.ts";
import { writeWholeFile } from "../storage/write_whole_file.ts";
import { htmlPage, settingsTable } from "./page.ts";

/** What a report adds to a run's folder. */
export const reportFiles = {
  report: "report.html",
  evaluation: "evaluation.json",
  curvesSvg: "curves.svg",
  curvesPng: "curves.png",
  /** Folder with `PATIENT.png` for every validation patient. */
  overlays: "overlays",
} as const;

/**
 * Writes a run's report: curves, figures and an overlay for every validation patient, all settings.
 *
 * @param run The run's folder, as training left it.
 * @param evaluated Its validation patients, segmented with its best checkpoint.
 * @returns The path of the HTML file.
 */
export async function writeReport(
  run: string,
  evaluated: readonly EvaluatedPatient[],
): Promise<string> {
  const record = await readRun(run);
  const evaluation = summarize(evaluated.map((patient) => patient.evaluation));
  const curves = await drawCurves(record.metrics, {
    title: basename(resolve(run)),
    subtitle: `${summaryOf(record)}. Not for clinical use.`,
    dashed: tellResult(record),
  });
  const pictures = evaluated.map((patient) => ({
    id: patient.patient.id,
    png: patientOverlay(patient),
  }));
  const page = reportPage(run, record, evaluation, curves.svg, pictures);
  const path = join(run, reportFiles.report);
  await mkdir(join(run, reportFiles.overlays), { recursive: true });
  await writeWholeFile(join(run, reportFiles.curvesSvg), curves.svg);
  await writeWholeFile(join(run, reportFiles.curvesPng), curves.png);
  for (const { id, png } of pictures) {
    await writeWholeFile(join(run, reportFiles.overlays, `${id}.png`), png);
  }
  await writeWholeFile(join(run, reportFiles.evaluation), evaluationJson(record, evaluation));
  await writeWholeFile(path, page);
  return path;
}

interface PatientPicture {
  readonly id: string;
  readonly png: Uint8Array;
}

function summaryOf({ metrics, split }: RunRecord): string {
  return `${counted(metrics.epochs.length, "epoch")}, ` +
    `${counted(split.training.length, "patient")} to learn from, ` +
    `${split.validation.length} to validate`;
}

function evaluationJson(record: RunRecord, evaluation: Evaluation): string {
  const { bestEpoch: epoch } = record.metrics;
  const measured = {
    epoch,
    ...evaluation,
    measuredOn: measuredOn(record),
    notFor: notForClinicalUse,
  };
  return JSON.stringify(measured, null, 2) + "\n";
}

function measuredOn({ split, config }: RunRecord): string {
  if (!split.validation.length) return "no patient: all were trained on";
  const patients = counted(split.validation.length, "validation patient");
  return `${patients} of the run, not trained on` +
    (config.settings.checkpoint === "last"
      ? ""
      : "; the epoch was chosen on the same patients, so expect a little less on others");
}

function reportPage(
  run: string,
  record: RunRecord,
  evaluation: Evaluation,
  curves: string,
  pictures: readonly PatientPicture[],
): string {
  const name = basename(resolve(run));
  const sentences = [summaryOf(record), tellEarlyStop(record), `Result: ${tellResult(record)}`];
  return htmlPage({
    title: `${name}: training report`,
    heading: name,
    summary: sentences.filter((text) => text).map((text) => `${text}.`).join(" "),
    main: html`
      <section class="curves">${raw(curves)}</section>
      <section>
        <h2>Volume Dice</h2>
        <p>Measured on ${measuredOn(record)}.</p>
        ${evaluationRows(evaluation)}
      </section>
      <section>
        <h2>Outlines</h2>
        <p>Each validation patient's slice with the largest tumor: <b class="reference">reference green</b>,
        <b class="prediction">prediction red</b>.</p>
        <div class="overlays">${pictures.map(overlayImage)}</div>
      </section>
      <section>
        <h2>Settings</h2>
        ${settingsRows(record)}
      </section>
    `,
  });
}

function evaluationRows({ patients, meanVolumeDice, medianVolumeDice }: Evaluation) {
  return html`
    <table>
      <thead>
        <tr>
          <th>patient<th>Dice<th>IoU<th>sensitivity<th>precision<th>tumor pixels
            <th>predicted<th>slices</thead>
          <tbody>${patients.map((patient) =>
            html`
              <tr>
                <td>${patient.id}<td>${formatFigure(patient.volumeDice)}
                <td>${formatFigure(patient.iou)}<td>${formatFigure(patient.sensitivity)}
                <td>${formatFigure(patient.precision)}<td>${patient.tumorPixels}
                <td>${patient.predictedPixels}<td>${patient.slices}</tr>
            `
          )}</tbody>
          <tfoot>
            <tr><td>mean<td>${formatFigure(meanVolumeDice)}<td colspan="6"></tr>
            <tr><td>median<td>${formatFigure(medianVolumeDice)}<td colspan="6"></tr>
          </tfoot>
        </table>
  `;
}

function overlayImage({ id, png }: PatientPicture) {
  const source = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  return html`<img src="${source}" alt="Outlines of patient ${id}">`;
}

function settingsRows({ config, split, stretches }: RunRecord) {
  const { architecture, fold, settings: chosen, ...rest } = config;
  const { versions, ...machines } = tellMachines(stretches);
  const { preprocessing, schedule, ...others } = chosen;
  const settings = flatSettings({
    ...rest,
    ...(fold && { fold: `${fold.fold} of ${fold.folds}` }),
    ...others,
    ...architecture,
    preprocessing: Object.values(preprocessing).join(" "),
    schedule: describeSchedule(schedule),
    ...machines,
    backend: tellStretches(
      stretches,
      ({ backend }) => `${backend.description} (${backend.reason})`,
    ),
    versions: Object.entries(versions).map((entry) => entry.join(" ")).join(", "),
    "training patients": split.training.join(", "),
    "validation patients": split.validation.join(", "),
  });
  return settingsTable(settings);
}
