/**
 * A NATS server that has no room: its disk is full, or what it may take of it.
 *
 * @module
 */
import { JetStreamApiError } from "@nats-io/jetstream";

/** What JetStream says then. */
const noRoom: readonly unknown[] = [10023, 10047];

/** Whether the server has no room. */
export function isFullStore(error: unknown): boolean {
  return error instanceof JetStreamApiError && noRoom.includes(error.code);
}

/** Throws the error, or one that says it better when it is that the server has no room. */
export function explainFullStore(error: unknown): never {
  if (!isFullStore(error)) throw error;
  const message =
    "Cannot hand in the patient as the store of the NATS server is full: give it more room " +
    "(max_file_store), or work on shared folders (--shared)";
  throw new Error(message, { cause: error });
}
