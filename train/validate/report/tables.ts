/**
 * The tables on the page of a validation.
 *
 * @module
 */
import { html } from "hono/html";
import type { FigureSummary } from "../figure_summary.ts";
import type { PatientGroup, TumorSizeGroup } from "../groups.ts";
import { metricNames, metrics, metricTitle, nsdNote } from "../metrics.ts";
import type { Validation } from "../validation.ts";
import { formatCount, formatFigure, formatInterval, variantTitle } from "../validation_table.ts";

/** Every metric over all patients. */
export function summaryTable({ metrics: summaries, unit, patients }: Validation) {
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
      altogether, are in the median and not in the mean. ${patients.length
        ? nsdNote(patients[0].tolerance, unit)
        : ""}</p>
  `;
}

function patientCount({ count, infinite }: FigureSummary): string {
  return infinite ? `${count}, ${infinite} infinite` : String(count);
}

/** Institutions and tumor sizes. */
export function groupTable({ institutions, tumorSizes, unit }: Validation) {
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
        ${tumorSizes.map((group) => row(`${group.name} tumors, ${voxelRange(group)}`, group))}
      </tbody>
    </table></div>
  `;
}

function voxelRange({ fromVoxels, toVoxels }: TumorSizeGroup): string {
  const [from, to] = [fromVoxels, toVoxels].map(formatCount);
  return `${from === to ? from : `${from} to ${to}`} voxels`;
}

/** What else could be done with the model. */
export function variantSection({ variants, unit }: Validation) {
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

/** Every figure of every patient. */
export function patientTable({ patients, unit }: Validation) {
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
            )}<td>${formatCount(figures.tumorPixels)}<td>${formatCount(
              figures.predictedPixels,
            )}<td>${figures.slices}</tr>
        `
      )}</tbody>
    </table></div>
  `;
}
