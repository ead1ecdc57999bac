/**
 * Answers that come in parts: one JSON object after the other, as server-sent events or as lines.
 *
 * @module
 */

/** How the parts are told apart: NDJSON, or server-sent events. */
export type EventFormat = "ndjson" | "sse";

/** The media type of each. */
export const eventTypes: Readonly<Record<EventFormat, string>> = {
  ndjson: "application/x-ndjson",
  sse: "text/event-stream",
};

/** One part; `event` says what kind it is. */
export interface StreamedEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

function format(event: StreamedEvent, how: EventFormat): string {
  const line = JSON.stringify(event);
  return how === "ndjson" ? `${line}\n` : `event: ${event.event}\ndata: ${line}\n\n`;
}

/**
 * A body that gets what `work` sends.
 *
 * @param work Runs when somebody reads; what it throws must have been told by an event. Its signal aborts when
 * the reader goes away.
 */
export function streamEvents(
  how: EventFormat,
  work: (send: (event: StreamedEvent) => void, signal: AbortSignal) => Promise<void>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const gone = new AbortController();
  return new ReadableStream({
    async start(controller) {
      const send = (event: StreamedEvent) => {
        if (!gone.signal.aborted) controller.enqueue(encoder.encode(format(event, how)));
      };
      await work(send, gone.signal);
      if (!gone.signal.aborted) controller.close();
    },
    cancel(reason) {
      gone.abort(reason ?? new Error("The client has gone"));
    },
  });
}
