/**
 * A patient to be looked at: every slice with tumor, as an image and two outlines over it.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import jpeg from "jpeg-js";
import { confusionCounts } from "../../shared/confusion.ts";
import { outlinePath } from "../../shared/outline_path.ts";
import { percentiles } from "../../shared/percentile.ts";
import { selectSequences, sequences } from "../../shared/sequence.ts";
import { type Mask, type Slice, sliceOf, sliceOfMask, type Volume } from "../../shared/volume.ts";

/** One slice. */
export interface SlicePicture {
  /** Which one it is, from 1. */
  readonly number: number;
  /** A JPEG in base64; empty where there is no image. */
  readonly image: string;
  /** SVG paths whose unit is a pixel. */
  readonly prediction: string;
  readonly reference: string;
}

/** A patient's slices. Numbers and text alone: it can travel as JSON. */
export interface PatientPictures {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** How many slices the patient has; those without tumor are not drawn. */
  readonly slices: number;
  readonly pictures: readonly SlicePicture[];
  /** The place among the pictures of the one whose outlines differ by the most pixels. */
  readonly worst: number;
}

/** What is drawn. */
export interface DrawnPatient {
  readonly id: string;
  /** Shape [slices, height, width], as the reference. */
  readonly prediction: Mask;
  readonly reference: Mask;
  readonly volume?: Volume;
}

/** No more slices of a patient are drawn: of a finer volume, every second, every third and so on. */
const mostSlices = 60;
/** Beside those with tumor in either outline, so many on both sides are drawn. */
const margin = 1;
const quality = 80;

/** Draws a patient's slices that have tumor in either outline, and a slice on both sides of them; the middle one where none has. */
export function drawPatient({ id, prediction, reference, volume }: DrawnPatient): PatientPictures {
  const [slices, height, width] = reference.shape;
  const window = volume && displayWindow(volume);
  const drawn = slicesToDraw(prediction, reference);
  const wrong = drawn.map((index) => wrongPixels(prediction, reference, index));
  const pictures = drawn.map((index): SlicePicture => ({
    number: index + 1,
    image: volume ? grayJpeg(sliceOf(volume, index), window!) : "",
    prediction: outlinePath(sliceOfMask(prediction, index)),
    reference: outlinePath(sliceOfMask(reference, index)),
  }));
  return { id, width, height, slices, pictures, worst: wrong.indexOf(Math.max(...wrong)) };
}

function wrongPixels(prediction: Mask, reference: Mask, index: number): number {
  const { falsePositives, falseNegatives } = confusionCounts(
    sliceOfMask(prediction, index),
    sliceOfMask(reference, index),
  );
  return falsePositives + falseNegatives;
}

function slicesToDraw(...masks: readonly Mask[]): number[] {
  const [slices] = masks[0].shape;
  const hasTumor = (index: number) =>
    masks.some((mask) => sliceOfMask(mask, index).data.includes(1));
  const withTumor = Array.from({ length: slices }, (_, index) => index).filter(hasTumor);
  if (!withTumor.length) return [slices >> 1];
  const first = Math.max(withTumor[0] - margin, 0);
  const last = Math.min(withTumor.at(-1)! + margin, slices - 1);
  const step = Math.ceil((last - first + 1) / mostSlices);
  return Array.from(
    { length: Math.ceil((last - first + 1) / step) },
    (_, place) => first + place * step,
  );
}

/** What is shown as black and as white. */
interface Window {
  readonly black: number;
  readonly white: number;
}

/** Of 8-bit images, all values; of others, all but the brightest few, which would leave the rest dark. */
function displayWindow({ data, channels }: Volume): Window {
  if (data instanceof Uint8Array) return { black: 0, white: 255 };
  const start = shownChannel(channels);
  const [black, white] = percentiles(data, [0, 99.5], { start, step: channels });
  return { black, white: white > black ? white : black + 1 };
}

/** FLAIR, where a tumor stands out most; of other numbers of channels, the first. */
function shownChannel(channels: number): number {
  return channels === sequences.length ? sequences.indexOf("FLAIR") : 0;
}

function grayJpeg(slice: Slice, { black, white }: Window): string {
  const { height, width, channels } = slice;
  const shown = channels === sequences.length ? selectSequences(slice, ["FLAIR"]) : slice;
  const data = new Uint8Array(4 * height * width);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const value = 255 * (shown.data[pixel * shown.channels] - black) / (white - black);
    data.fill(Math.min(Math.max(Math.round(value), 0), 255), 4 * pixel, 4 * pixel + 4);
  }
  return Buffer.from(jpeg.encode({ data, width, height }, quality).data).toString("base64");
}
