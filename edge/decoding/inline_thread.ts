/**
 * Decoding where a platform has no threads. A file of its own, as it loads every decoder there is, which a server with
 * threads does without: those load them at the same time as it starts.
 *
 * @module
 */

import { createDecodingSession } from "./session.ts";
import type { DecodingThread } from "./thread.ts";

/** A thread that is none, for platforms without: it decodes on its caller's, without a deadline. */
export function startInlineThread(): DecodingThread {
  const session = createDecodingSession();
  return {
    // deno-lint-ignore no-explicit-any -- a request's answer is of its kind
    ask: (request) => session.answer(request) as Promise<any>,
    ended: false,
    gone: Promise.resolve(),
    end() {},
  };
}
