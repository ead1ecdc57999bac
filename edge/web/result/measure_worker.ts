/** The worker that keeps a scan's probabilities: of hundreds of slices, a new threshold takes longer than a frame. */

import type { MeasureAnswer, MeasureRequest } from "./measure_protocol.ts";
import { type Measurement, startMeasurement } from "./measurement.ts";

interface WorkerScope {
  onmessage: (event: MessageEvent<MeasureRequest>) => void;
  postMessage(answer: MeasureAnswer, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;

let measurement: Measurement;
let run = 0;
let scheduled = false;

function receive(request: MeasureRequest): void {
  if (request.kind === "start") {
    measurement = startMeasurement(request);
    run = request.run;
    return;
  }
  if (request.kind === "slice") measurement.add(request.index, request.segmented);
  else if (request.kind === "threshold") measurement.setThreshold(request.threshold);
  else measurement.setReference(request.reference);
  schedule();
}

/** After the messages that are here already, so that a slider that moves fast is followed, not chased. */
function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setTimeout(() => {
    scheduled = false;
    const measure = measurement.measure();
    scope.postMessage({ run, measure }, measure.masks ? [measure.masks.buffer as ArrayBuffer] : []);
  });
}

scope.onmessage = ({ data }) => receive(data);
