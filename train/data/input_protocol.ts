/**
 * What a training's input says to its workers, and they to it.
 *
 * @module
 */
import type { PreparedPatient } from "./prepared_patient.ts";
import type { BatchArrays, BatchRequest, BatchSettings } from "./batch_maker.ts";

/** The first message; patients' pixels are in shared memory. */
export interface StartMessage {
  readonly kind: "start";
  readonly patients: readonly PreparedPatient[];
  readonly settings: BatchSettings;
}

/** Asks for a batch; its memory goes along. */
export interface MakeMessage {
  readonly kind: "make";
  readonly ticket: number;
  readonly request: BatchRequest;
  readonly arrays: BatchArrays;
}

/** What a worker is told. */
export type InputMessage = StartMessage | MakeMessage;

/** What a worker answers to {@linkcode MakeMessage}; a batch's memory comes back. */
export type InputAnswer =
  | { readonly kind: "made"; readonly ticket: number; readonly arrays: BatchArrays }
  | { readonly kind: "failed"; readonly ticket: number; readonly error: Error };
