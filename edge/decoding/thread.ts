/**
 * A thread that decodes strangers' files: it has a deadline for each, little memory of its own, and can be ended.
 *
 * @module
 */

import { Worker } from "node:worker_threads";
import { TimeLimitError } from "../../shared/inference/pool_error.ts";
import { requestError } from "../errors.ts";
import type { DecodeAnswer, DecodeRequest, DecodeResults } from "./protocol.ts";

/** What a request may take. */
export interface AskOptions {
  /** Seconds; beyond it the thread takes no more requests. */
  readonly seconds: number;
  /** What may be moved to the thread instead of being copied. */
  readonly transfer?: readonly ArrayBuffer[];
}

/** A decoder that does one thing at a time. */
export interface DecodingThread {
  /**
   * @throws {HTTPException} with what is wrong with the request.
   * @throws {TimeLimitError} when it took longer than it may.
   * @throws {Error} when the thread has ended.
   */
  ask<Request extends DecodeRequest>(
    request: Request,
    options: AskOptions,
  ): Promise<DecodeResults[Request["kind"]]>;
  /** Whether it takes no more requests. */
  readonly ended: boolean;
  /** Resolves when it has ended, and does nothing any more. */
  readonly gone: Promise<void>;
  end(): void;
}

/**
 * Megabytes of objects that a decoder may hold. Pixels do not count, which the limits bound by what headers say;
 * what files could make many objects of, as attributes or parts, has limits as well, and this is behind them.
 */
const maxHeapMegabytes = 256;

/** Starts a thread. @param script The address of `worker.ts`, as it is or bundled. */
export function startThread(script: URL): DecodingThread {
  const worker = new Worker(script, {
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes },
  });
  // A thread that waits must not keep the process from ending.
  worker.unref();
  let pending: PromiseWithResolvers<DecodeAnswer> | undefined, ended = false;
  const gone = Promise.withResolvers<void>();

  function stop(): void {
    ended = true;
    void worker.terminate();
    gone.resolve();
  }

  function end(reason = new Error("Cannot decode the file as its thread was ended")): void {
    if (ended) return;
    if (!pending) return stop();
    // Deno does not interrupt a thread, and would not say when it is done: so it is left to answer first.
    ended = true;
    pending.reject(reason);
  }

  worker.on("message", (answer: DecodeAnswer) => ended ? stop() : pending?.resolve(answer));
  for (const event of ["error", "messageerror"]) {
    worker.on(event, (cause) => {
      end(new Error("Cannot decode the file as its thread crashed", { cause }));
      stop();
    });
  }
  worker.on("exit", () => {
    end();
    stop();
  });

  return {
    async ask(request, { seconds, transfer = [] }) {
      if (ended) throw new Error("Cannot decode the file as its thread was ended");
      pending = Promise.withResolvers();
      const expire = () => end(new TimeLimitError("decode the file", 1000 * seconds));
      const timer = setTimeout(expire, 1000 * seconds);
      try {
        worker.postMessage(request, [...transfer]);
        // deno-lint-ignore no-explicit-any -- a request's answer is of its kind
        return resultOf(await pending.promise) as any;
      } finally {
        clearTimeout(timer);
        pending = undefined;
      }
    },
    get ended() {
      return ended;
    },
    gone: gone.promise,
    end: () => end(),
  };
}

function resultOf(answer: DecodeAnswer) {
  if (answer.kind === "done") return answer.result;
  if (answer.kind === "refused") throw requestError(answer.status, answer.message);
  throw answer.error;
}
