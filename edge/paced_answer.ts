/**
 * An answer's bytes, for as long as somebody reads them.
 *
 * @module
 */

import { paceRule, patience } from "./pace.ts";

/** What is handed over at once: little enough that a reader who stops is noticed. */
const pieceBytes = 64 * 1024;

/** How an answer is read. */
export interface PaceOptions {
  /** Seconds that all of it may wait for its reader, and one more for each 64 KiB; and those that no pause may have. */
  readonly seconds: number;
  /** Called once: when it was read to its end, its reader went away, or was too slow. */
  readonly onEnd: () => void;
}

/**
 * The same bytes in pieces, each made when the one before was taken. Time that the source takes does not count. A reader
 * who is too slow gets an error, which ends the connection.
 */
export function pacedAnswer(
  body: ReadableStream<Uint8Array>,
  { seconds, onEnd }: PaceOptions,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let rest = new Uint8Array(), given = 0, waited = 0, offered = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined, ended = false;

  function end(): void {
    clearTimeout(timer);
    if (ended) return;
    ended = true;
    onEnd();
  }

  /** Waits for the next piece to be asked for. */
  function watch(controller: ReadableStreamDefaultController<Uint8Array>): void {
    offered = performance.now();
    timer = setTimeout(() => {
      const reason = new Error(`Cannot answer as the client must read ${paceRule(seconds)}`);
      controller.error(reason);
      reader.cancel(reason).catch(() => {});
      end();
    }, patience(seconds, given, waited));
  }

  return new ReadableStream({
    async pull(controller) {
      clearTimeout(timer);
      if (given > 0) waited += performance.now() - offered;
      try {
        if (rest.length === 0) {
          const { done, value } = await reader.read();
          if (ended) return;
          if (done) {
            end();
            return controller.close();
          }
          rest = value as Uint8Array<ArrayBuffer>;
        }
      } catch (error) {
        end();
        throw error;
      }
      const piece = rest.subarray(0, pieceBytes);
      rest = rest.subarray(pieceBytes);
      given += piece.length;
      controller.enqueue(piece);
      watch(controller);
    },
    cancel(reason) {
      end();
      return reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
