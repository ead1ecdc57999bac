/** The worker that keeps a scan's probabilities, and makes masks and numbers of them at any threshold. */

import type { Mask, ProbabilityMap } from "../../../shared/volume.ts";
import type { SegmentedSlice } from "../segment/segmenter.ts";
import { maskAt } from "./mask_at.ts";
import type { MeasureAnswer, MeasureRequest, StartRequest } from "./measure_protocol.ts";
import { measureSlice, type SliceMeasure } from "./measure_scan.ts";

interface WorkerScope {
  onmessage: (event: MessageEvent<MeasureRequest>) => void;
  postMessage(answer: MeasureAnswer, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;

let start: StartRequest;
let segmented: (SegmentedSlice | undefined)[] = [];
let masks: (Mask | undefined)[] = [];
let measures: (SliceMeasure | undefined)[] = [];
let threshold = 0.5;
let reference: Mask | undefined;
let scheduled = false;

function receive(request: MeasureRequest): void {
  switch (request.kind) {
    case "start":
      start = request;
      ({ threshold, reference } = request);
      segmented = Array(request.shape[0]);
      masks = Array(request.shape[0]);
      measures = Array(request.shape[0]);
      return;
    case "slice":
      segmented[request.index] = request.segmented;
      break;
    case "threshold":
      threshold = request.threshold;
      masks = Array(start.shape[0]);
      measures = Array(start.shape[0]);
      break;
    case "reference":
      reference = request.reference;
      measures = Array(start.shape[0]);
      break;
  }
  schedule();
}

/** After the messages that are here already, so that a slider that moves fast is followed, not chased. */
function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setTimeout(() => {
    scheduled = false;
    measureAll();
  });
}

function measureAll(): void {
  const [slices, height, width] = start.shape, shape = [height, width], size = height * width;
  const whole = new Uint8Array(slices * size);
  let complete = true;
  segmented.forEach((slice, index) => {
    if (!slice) return;
    const probability = slice.probability && { data: slice.probability, shape };
    const mask = masks[index] ??= maskOf(slice, probability, shape);
    measures[index] ??= measureSlice(mask, probability, referenceOf(index, shape));
    whole.set(mask.data, index * size);
  });
  for (let index = 0; index < slices; index++) complete &&= segmented[index] !== undefined;
  const measure = { threshold, slices: measures, ...(complete ? { masks: whole } : {}) };
  scope.postMessage({ run: start.run, measure }, complete ? [whole.buffer] : []);
}

function maskOf(
  { mask }: SegmentedSlice,
  probability: ProbabilityMap | undefined,
  shape: readonly number[],
): Mask {
  return probability ? maskAt(probability, threshold, start.card) : { data: mask, shape };
}

function referenceOf(index: number, shape: readonly number[]): Mask | undefined {
  if (!reference) return undefined;
  const size = shape[0] * shape[1];
  return { data: reference.data.subarray(index * size, (index + 1) * size), shape };
}

scope.onmessage = ({ data }) => receive(data);
