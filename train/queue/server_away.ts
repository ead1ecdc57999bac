/**
 * What to do while the NATS server is away: a server that restarts, or a network that breaks, must not cost a patient.
 *
 * @module
 */
import {
  ConnectionError,
  type NatsConnection,
  NoRespondersError,
  RequestError,
  TimeoutError,
} from "@nats-io/nats-core";
import { JetStreamApiError } from "@nats-io/jetstream";
import { setTimeout } from "node:timers/promises";

/** How long to wait before trying again, in ms. */
const pause = 1000;

/** What JetStream says while it starts. */
const temporarilyUnavailable = 10008;

/**
 * Does something that needs the server, again and again until it is there.
 *
 * @param action May have been done in part when it is done again.
 * @throws {Error} what the action throws for other reasons, or once the connection is closed for good.
 */
export async function whenServerIsThere<T>(
  connection: NatsConnection,
  action: () => Promise<T>,
): Promise<T> {
  while (true) {
    try {
      return await action();
    } catch (error) {
      if (connection.isClosed() || !isAway(error)) throw error;
      await setTimeout(pause);
    }
  }
}

function isAway(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.code === temporarilyUnavailable;
  return [TimeoutError, NoRespondersError, RequestError, ConnectionError].some((kind) =>
    error instanceof kind
  );
}
