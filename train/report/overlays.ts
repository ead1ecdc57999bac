/**
 * A picture for each patient: the slice with most tumor, the reference outlined in green, the prediction
 * in red, and under it who this is and how good the prediction.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { html } from "hono/html";
import { encodePng } from "../../shared/image/encode_png.ts";
import { overlay } from "../../shared/overlay.ts";
import { type Mask, sliceOf, sliceOfMask } from "../../shared/volume.ts";
import type { EvaluatedPatient } from "../evaluation/evaluate_model.ts";
import { writeWholeFile } from "../storage/write_whole_file.ts";
import { fontFamily, renderSvg } from "./render_svg.ts";

/** Pixels of the picture for one pixel of the slice. */
const zoom = 2;
const captionHeight = 60;

/** PNG of a patient's slice with most tumor in the reference, or in the prediction where that has none. */
export function patientOverlay({ patient, prediction, evaluation }: EvaluatedPatient): Uint8Array {
  const { volume, mask } = patient;
  const index = largestSlice(mask) ?? largestSlice(prediction) ?? volume.slices >> 1;
  const drawn = overlay(sliceOf(volume, index), {
    prediction: sliceOfMask(prediction, index),
    reference: sliceOfMask(mask, index),
  });
  const png = Buffer.from(encodePng(drawn)).toString("base64");
  const width = volume.width * zoom, height = volume.height * zoom;
  const dice = evaluation.volumeDice?.toFixed(3) ?? "not defined";
  const where = `slice ${index + 1} of ${volume.slices}`;
  const svg = html`
    <svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + captionHeight}">
      <rect width="100%" height="100%" fill="#111" />
      <image width="${width}" height="${height}" image-rendering="optimizeSpeed"
        href="data:image/png;base64,${png}" />
      <g font-family="${fontFamily}" font-size="13" fill="#eee">
        <text x="10" y="${height + 18}" font-weight="bold">${patient.id}</text>
        <text x="${width - 10}" y="${height + 18}" text-anchor="end">${where}</text>
        <text x="10" y="${height + 36}">volume Dice ${dice}</text>
        <text x="${width - 95}" y="${height + 36}" text-anchor="end" fill="#00ff00">reference</text>
        <text x="${width - 10}" y="${height +
          36}" text-anchor="end" fill="#ff5555">prediction</text>
        <text x="10" y="${height + 53}" font-size="11" fill="#999">not for clinical use</text>
      </g>
    </svg>
  `;
  return renderSvg(String(svg));
}

/** Writes `PATIENT.png` for every patient into a folder, which is made where it is missing. */
export async function writeOverlays(
  folder: string,
  patients: readonly EvaluatedPatient[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const evaluated of patients) {
    await writeWholeFile(join(folder, `${evaluated.patient.id}.png`), patientOverlay(evaluated));
  }
}

/** Index of the slice with most tumor; undefined where there is none. */
function largestSlice(mask: Mask): number | undefined {
  const [slices] = mask.shape;
  let largest: number | undefined, most = 0;
  for (let index = 0; index < slices; index++) {
    const pixels = sliceOfMask(mask, index).data.reduce((sum, value) => sum + value, 0);
    if (pixels > most) [largest, most] = [index, pixels];
  }
  return largest;
}
