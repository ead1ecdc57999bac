/**
 * Workers that make batches while the engine learns from the ones before.
 *
 * @module
 */
import type { PreparedPatient } from "./prepared_patient.ts";
import {
  type BatchArrays,
  BatchMaker,
  type BatchRequest,
  type BatchSettings,
} from "./batch_maker.ts";
import type { InputAnswer, InputMessage } from "./input_protocol.ts";
import { hearSignals } from "../terminal/hear_signals.ts";
import { sharedPatient } from "./shared_patient.ts";

/** Who makes batches. */
export interface BatchSource {
  /**
   * Writes a batch into the arrays given, which belong to the source until the promise is fulfilled. They
   * come back as other objects, since their memory travels.
   */
  make(request: BatchRequest, arrays: BatchArrays): Promise<BatchArrays>;
  /** Ends every worker; what was asked for and not made is rejected. */
  close(): void;
}

/** Makes batches in line, when they are asked for. */
export function inlineSource(
  patients: readonly PreparedPatient[],
  settings: BatchSettings,
): BatchSource {
  const maker = new BatchMaker(patients, settings);
  return {
    // As where a worker answers, signals are heard meanwhile, and an error rejects.
    async make(request, arrays) {
      await hearSignals();
      maker.make(request, arrays);
      return arrays;
    },
    close() {},
  };
}

interface Task {
  readonly resolve: (arrays: BatchArrays) => void;
  readonly reject: (reason: unknown) => void;
}

interface Member {
  readonly worker: Worker;
  readonly tasks: Map<number, Task>;
}

/**
 * Starts workers that make batches. They share the patients' pixels; those that are not in shared memory yet
 * are copied there once.
 *
 * @param count How many workers, at least 1.
 */
export function workerSource(
  patients: readonly PreparedPatient[],
  settings: BatchSettings,
  count: number,
): BatchSource {
  const shared = patients.map(sharedPatient);
  const members = Array.from({ length: count }, () => startMember());
  let tickets = 0;
  /** Why no more batches can be made. */
  let ended: Error | undefined;

  function startMember(): Member {
    const worker = new Worker(new URL("./input_worker.ts", import.meta.url), { type: "module" });
    const member: Member = { worker, tasks: new Map() };
    worker.onmessage = ({ data }: MessageEvent<InputAnswer>) => settle(member, data);
    worker.onerror = (event) => {
      // Deno would otherwise end the whole process along with the worker.
      event.preventDefault();
      end(`an input worker crashed: ${event.message || "it could not be started"}`);
    };
    worker.onmessageerror = () => end("the answer of an input worker could not be read");
    worker.postMessage({ kind: "start", patients: shared, settings } satisfies InputMessage);
    return member;
  }

  function settle({ tasks }: Member, answer: InputAnswer): void {
    const task = tasks.get(answer.ticket);
    tasks.delete(answer.ticket);
    if (answer.kind === "made") task?.resolve(answer.arrays);
    else task?.reject(answer.error);
  }

  function end(why: string): void {
    ended ??= new Error(`Cannot make a batch as ${why}`);
    for (const { worker, tasks } of members) {
      worker.terminate();
      for (const { reject } of tasks.values()) reject(ended);
      tasks.clear();
    }
  }

  return {
    make(request, arrays) {
      if (ended) return Promise.reject(ended);
      const { promise, resolve, reject } = Promise.withResolvers<BatchArrays>();
      const { worker, tasks } = members.reduce((least, member) =>
        member.tasks.size < least.tasks.size ? member : least
      );
      const ticket = tickets++;
      tasks.set(ticket, { resolve, reject });
      const message: InputMessage = { kind: "make", ticket, request, arrays };
      worker.postMessage(message, [arrays.image.buffer, arrays.mask.buffer]);
      return promise;
    },
    close: () => end("the input is closed"),
  };
}
