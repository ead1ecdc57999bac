/**
 * The worst patients of a validation, to be scrolled through.
 *
 * @module
 */
import { html } from "hono/html";
import { metricTitle } from "../metrics.ts";
import type { PatientFigures } from "../patient_figures.ts";
import type { PatientPictures } from "../patient_pictures.ts";
import { formatCount, formatFigure } from "../validation_table.ts";
import type { Validation } from "../validation.ts";

/** The patients with the lowest Dice, the worst first; those without a Dice are none of them. */
export function worstPatients(
  patients: readonly PatientFigures[],
  count: number,
): PatientFigures[] {
  return patients.filter(({ volumeDice }) => volumeDice !== null)
    .sort((a, b) => a.volumeDice! - b.volumeDice!).slice(0, count);
}

/** The pictures of the worst patients, and what can be ticked. The script moves them. */
export function worstCasesSection(validation: Validation, cases: readonly PatientPictures[]) {
  const figures = new Map(validation.patients.map((patient) => [patient.id, patient]));
  // A "<" could end the script's element.
  const data = JSON.stringify(cases.map(({ slices, pictures }) => ({ slices, pictures })))
    .replaceAll("<", "\\u003c");
  return {
    data,
    section: html`
      <section>
        <h2>The worst cases</h2>
        <p>The patients with the lowest Dice. Slices are scrolled with the wheel over the picture or with the slider:
          <label><input type="checkbox" data-outline="reference" checked> <b class="reference">reference</b></label>
          <label><input type="checkbox" data-outline="prediction" checked> <b class="prediction">prediction</b></label>
        </p>
        <div class="cases">${cases.map((pictures, index) =>
          caseFigure(validation, figures.get(pictures.id)!, pictures, index)
        )}</div>
      </section>
    `,
  };
}

function caseFigure(
  { unit }: Validation,
  figures: PatientFigures,
  { id, width, height, slices, pictures, worst }: PatientPictures,
  index: number,
) {
  const { image, number, prediction, reference } = pictures[worst];
  return html`
    <figure class="case" data-case="${index}">
      <div class="stage" style="aspect-ratio: ${width} / ${height}">
        <img alt="" ${image ? html`src="data:image/jpeg;base64,${image}"` : "hidden"}>
        <svg viewBox="0 0 ${width} ${height}" role="img"
          aria-label="Outlines of patient ${id}">
          <path class="reference" d="${reference}" />
          <path class="prediction" d="${prediction}" />
        </svg>
      </div>
      <label class="slices"><input type="range" min="0" max="${pictures.length -
        1}" value="${worst}"
        aria-label="slice"> <output>slice ${number} of ${slices}</output></label>
      <figcaption>
        <b>${id}</b><br>
        Dice ${formatFigure(figures.volumeDice)}, sensitivity ${formatFigure(figures.sensitivity)},
        precision ${formatFigure(figures.precision)}<br>
        ${metricTitle("hd95", unit)} ${formatFigure(figures.hd95)},
        ${formatCount(figures.tumorPixels)} tumor voxels,
        ${formatCount(figures.predictedPixels)} predicted
      </figcaption>
    </figure>
  `;
}
