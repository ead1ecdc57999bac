/**
 * The page that compares runs: one HTML file that needs nothing beside it but, for its links, the runs.
 *
 * @module
 */
import { html, raw } from "hono/html";
import { counted } from "../terminal/counted.ts";
import { figureCells, figureHeader } from "../crossvalidation/table.ts";
import { duration } from "../terminal/duration.ts";
import { formatFigure } from "../evaluation/evaluation_table.ts";
import { bundleScript } from "../report/bundle_script.ts";
import { htmlPage, settingsTable } from "../report/page.ts";
import { reportFiles } from "../report/report.ts";
import type { EpochMetrics } from "../run/run_folder.ts";
import type { FoundCrossvalidation, FoundRun, FoundRuns } from "./find_runs.ts";
import { drawPanel, figures, lineStyle, type RunCurves } from "./panels.ts";
import { areMeasuredAlike, type ComparedSettings, compareSettings } from "./run_settings.ts";
import { runsStyle } from "./runs_style.ts";

const pageScript = new URL("page_script.ts", import.meta.url);

/** What goes onto the page. */
export interface RunsPageContent extends FoundRuns {
  /** The folder that the runs were found in, as the title says. */
  readonly folder: string;
  /** From the page to that folder, for links. */
  readonly base: string;
}

/** The page's text. */
export async function runsPage(content: RunsPageContent): Promise<string> {
  const runs = [...content.runs].sort(byDice);
  const { folder, base, crossvalidations, problems } = content;
  const written = new Date().toISOString().slice(0, 16).replace("T", " ");
  return htmlPage({
    title: `${folder}: runs`,
    heading: folder,
    summary: `${counted(runs.length, "run")}. Written ${written} UTC.`,
    style: runsStyle,
    main: html`
      ${problems.map((problem) => html`<p class="note">${problem}</p>`)}
      ${runs.length
        ? await runSections(runs, base)
        : html`<p>No runs: <code>deno task train</code> makes one.</p>`}
      ${crossvalidations.length ? crossvalidationSection(crossvalidations, base) : ""}
    `,
  });
}

/** Of the epoch whose checkpoint was kept; undefined before the first epoch is over. */
function bestEpochOf({ metrics: { epochs, bestEpoch } }: FoundRun): EpochMetrics | undefined {
  return epochs.find(({ epoch }) => epoch === bestEpoch);
}

/** The best Dice first, runs without one last. */
function byDice(a: FoundRun, b: FoundRun): number {
  const dice = (run: FoundRun) => bestEpochOf(run)?.validationDice ?? -1;
  return dice(b) - dice(a);
}

function curvesOf({ name, metrics: { epochs } }: FoundRun): RunCurves {
  const curve = (figure: (epoch: EpochMetrics) => number | null) =>
    epochs.flatMap((epoch): [number, number][] => {
      const value = figure(epoch);
      return value === null ? [] : [[epoch.epoch, value]];
    });
  return {
    name,
    curves: {
      trainingLoss: curve(({ trainingLoss }) => trainingLoss),
      validationLoss: curve(({ validationLoss }) => validationLoss),
      validationDice: curve(({ validationDice }) => validationDice),
    },
  };
}

async function runSections(runs: readonly FoundRun[], base: string) {
  const curves = runs.map(curvesOf), all = new Set(runs.keys());
  const settings = compareSettings(runs);
  // A "<" could end the script's element.
  const data = JSON.stringify(curves).replaceAll("<", "\\u003c");
  return html`
    <section>
      <div class="panels">${figures.map((figure) =>
        html`<div class="panel">${raw(drawPanel(figure, curves, all))}</div>`
      )}</div>
      <p id="controls" hidden>Show <button data-show="all">all</button>
        <button data-show="none">none</button>, or those that are ticked:</p>
      ${runsTable(runs, base)}
      ${comparability(runs)}
    </section>
    <section>
      <h2>Settings that differ</h2>
      ${differingTable(runs, settings)}
      <details>
        <summary>${counted(settings.equal.size, "setting")} equal in all runs</summary>
        ${settingsTable(settings.equal)}
      </details>
    </section>
    <div id="tip" hidden></div>
    <script type="application/json" id="curves">${raw(data)}</script>
    <script type="module">${raw(await bundleScript(pageScript))}</script>
  `;
}

function runsTable(runs: readonly FoundRun[], base: string) {
  return html`
    <div class="scroll">
      <table class="runs">
        <thead>
          <tr>
            <th>run<th>Dice<th>at epoch<th>epochs<th>validation loss<th>time<th>started
        <th class="text">state</thead>
      <tbody>${runs.map((run, index) => runRow(run, index, base))}</tbody>
    </table></div>
    <p>Dice and validation loss are those of the epoch whose checkpoint was kept, on the run's validation patients.</p>
  `;
}

function runRow(run: FoundRun, index: number, base: string) {
  const { name, state, config, metrics: { epochs } } = run;
  const best = bestEpochOf(run), { color, dash } = lineStyle(index);
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  return html`
    <tr data-run="${index}">
      <td><label><input type="checkbox" data-run="${index}" checked
        ><svg viewBox="0 0 30 8"><path d="M0 4h30" stroke="${color}" stroke-width="3" stroke-dasharray="${dash}" /></svg
        ></label>${state === "finished" ? reportLink(name, base) : name}
      <td>${formatFigure(best?.validationDice ?? null)}
      <td>${best?.epoch ?? "-"}
      <td>${epochs.length} of ${config.settings.epochs}
      <td>${best?.validationLoss?.toFixed(4) ?? "-"}
      <td>${epochs.length ? duration(seconds) : "-"}
      <td>${config.started.slice(0, 16).replace("T", " ")}
      <td class="text">${stateText(run)}
    </tr>
  `;
}

function stateText({ state, isBeingTrained }: FoundRun): string {
  if (isBeingTrained) return "under way";
  if (state === "finished") return "finished";
  return isBeingTrained === undefined ? "under way or stopped" : "stopped";
}

function reportLink(name: string, base: string) {
  const path = [base, ...name.split("/").map(encodeURIComponent), reportFiles.report];
  return html`<a href="${path.filter(Boolean).join("/")}">${name || "this run"}</a>`;
}

/** What to keep in mind where runs are not of one kind. */
function comparability(runs: readonly FoundRun[]) {
  const losses = new Set(runs.map(({ config }) => config.settings.loss));
  return html`
    ${areMeasuredAlike(runs)
      ? ""
      : html`<p class="note">Not all runs were measured on the same patients: compare the Dice
      only of runs that were ("measured on" below).</p>`}
    ${losses.size <= 1 ? "" : html`
      <p
        class="note">Training losses of different kinds (${[...losses].join(
          ", ",
        )}) do not compare; the validation loss is the Dice loss always.</p>
    `}
  `;
}

function differingTable(runs: readonly FoundRun[], { differing }: ComparedSettings) {
  if (!differing.length) return html`<p>None.</p>`;
  return html`
    <div class="scroll">
      <table class="differing">
        <thead>
          <tr>
            <th>${runs.map(({ name }, run) => html`<th data-column="${run}">${name}`)}</thead>
      <tbody>${differing.map(({ name, values }) =>
        html`
          <tr>
            <th>${name}${values.map(({ text, odd }, run) =>
              html`<td data-column="${run}" class="${odd ? "odd" : ""}">${text}`
            )}</tr>
        `
      )}</tbody>
    </table></div>
  `;
}

function crossvalidationSection(found: readonly FoundCrossvalidation[], base: string) {
  return html`
    <section>
      <h2>Cross-validations</h2>
      <table>
        <thead>
          <tr>
            <th>name<th>folds${figureHeader.map((cell) => html`<th>${cell}`)}</thead>
        <tbody>${found.map(({ name, plan, summary }) =>
          html`
            <tr>
              <td>${summary ? reportLink(name, base) : name}<td>${plan.folds}${summary
                ? figureCells(summary).map((cell) => html`<td>${cell}`)
                : html`<td colspan="${figureHeader.length}">folds are missing`}</tr>
          `
        )}</tbody>
      </table>
    </section>
  `;
}
