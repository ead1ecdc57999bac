/**
 * The work itself, as a worker does it for whoever handed it in.
 *
 * @module
 */
import type { SegmentInput } from "../evaluation/segment_inputs.ts";
import { segmentInput } from "../evaluation/segment_patient.ts";
import { openSegmenter, type Segmenter } from "../evaluation/segmentation.ts";
import { readModel } from "../export/model_folder.ts";
import {
  type PatientAnswer,
  type PatientJob,
  type PatientWorker,
  startWorker,
} from "../validate/patient_workers.ts";
import type { TaskKind } from "./protocol.ts";

/** What `segment` hands in. */
export interface SegmentPayload {
  readonly input: SegmentInput;
  /** The model's folder. */
  readonly model: string;
}

/** What it gets back. */
export interface SegmentValue {
  readonly slices: number;
}

/** Does tasks of every kind. Call `close` when done. */
export interface Performer {
  /**
   * @param out Where files go that come out.
   * @param onProgress Hears how much is done, from 0 to 1.
   * @throws {Error} naming the file that is wrong, and in what.
   */
  perform(
    kind: TaskKind,
    payload: unknown,
    out: string,
    onProgress: (done: number) => void,
  ): Promise<unknown>;
  close(): void;
}

/** @param cores How many cores a patient may keep busy. */
export function createPerformer(cores: number): Performer {
  // The model that the last patient was segmented with: the next one's as a rule.
  let opened: { readonly checksums: string; readonly segmenter: Segmenter } | undefined;

  // Threads that have nothing to do; a model that one has loaded serves the next patient too.
  const idle: PatientWorker[] = [];

  async function segmenterOf(folder: string): Promise<Segmenter> {
    const model = await readModel(folder);
    const checksums = JSON.stringify(model.card.sha256);
    if (opened?.checksums !== checksums) {
      opened?.segmenter.close();
      opened = { checksums, segmenter: await openSegmenter(model, cores) };
    }
    return opened.segmenter;
  }

  return {
    async perform(kind, payload, out, onProgress) {
      if (kind === "validate") return await inThread(idle, payload as PatientJob);
      const { input, model } = payload as SegmentPayload;
      const segmenter = await segmenterOf(model);
      const slices = await segmentInput(
        segmenter,
        input,
        out,
        (done, total) => onProgress(done / total),
      );
      return { slices } satisfies SegmentValue;
    },
    close() {
      opened?.segmenter.close();
      for (const worker of idle) worker.close();
    },
  };
}

/** What a validation computes takes seconds, in which this process has to say that it lives. */
async function inThread(idle: PatientWorker[], job: PatientJob): Promise<PatientAnswer> {
  const worker = idle.pop() ?? startWorker();
  const answer = await worker.do(job);
  idle.push(worker);
  if (answer.kind === "failed") throw new Error(answer.message);
  return answer;
}
