/**
 * The end of a server: nothing new is taken, and what was begun is answered.
 *
 * @module
 */

import type { MiddlewareHandler } from "hono";
import { errorAnswer } from "./errors.ts";
import type { Observer } from "./observe/observation.ts";

/** Whether a server is about to end, and what it still has to answer. */
export interface Drain extends Observer {
  /** While draining, answers 503, also to whoever asks whether the server is ready. */
  readonly middleware: MiddlewareHandler;
  /** Starts draining; resolves when everything that was begun is over. */
  begin(): Promise<void>;
}

/** Whether an address is answered to the last: whether the process lives, and how it fares. */
export function isOpenToTheLast(path: string): boolean {
  return /^(\/v2)?\/health\/live$|^\/health\/load$|^\/metrics$/.test(path);
}

/** Makes the end of a server, which comes when `begin` is called. */
export function createDrain(): Drain {
  const { promise: drained, resolve } = Promise.withResolvers<void>();
  let draining = false, begun = 0;
  const settle = () => {
    if (draining && begun === 0) resolve();
  };
  return {
    onStart: () => void begun++,
    onEnd() {
      begun--;
      settle();
    },
    async middleware(c, next) {
      if (!draining || isOpenToTheLast(c.req.path)) return await next();
      const error = "Cannot take the request as this server is about to end: ask again.";
      return c.json(errorAnswer(error), 503, { "Retry-After": "1", Connection: "close" });
    },
    async begin() {
      draining = true;
      settle();
      await drained;
    },
  };
}

/** Milliseconds that last bytes may take: a client that sends without end would keep its connection for ever. */
const closeLimit = 5000;

/**
 * Ends the process, with 0, when a signal asks for it: once everything is answered, or the time is up, or a second
 * signal comes.
 *
 * @param close Sees what was answered on its way.
 * @param limit Milliseconds that all this may take.
 * @returns Ends it in the same way for another reason, with another status.
 */
export function endOnSignal(
  drain: Drain,
  close: () => Promise<void>,
  limit: number,
): (code: number) => Promise<void> {
  let ending = false;
  async function end(code: number): Promise<void> {
    if (ending) Deno.exit(code);
    ending = true;
    setTimeout(() => Deno.exit(code), limit);
    await drain.begin();
    setTimeout(() => Deno.exit(code), closeLimit);
    await close();
    Deno.exit(code);
  }
  Deno.addSignalListener("SIGINT", () => end(0));
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => end(0));
  return end;
}
