/**
 * Errors as the edge answers them: a status and `{"error": "..."}`, never a stack.
 *
 * @module
 */

import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** An error that is the request's fault and whose message may be told. */
export function requestError(
  status: ContentfulStatusCode,
  message: string,
  cause?: unknown,
): HTTPException {
  return new HTTPException(status, { message, cause });
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Answers what a handler threw. What is not the request's fault is written to the log, not told. */
export function answerError(error: Error, c: Context): Response {
  // The client has gone and reads no answer.
  if (c.req.raw.signal.aborted) return c.body(null, 400);
  if (error instanceof HTTPException) return c.json({ error: error.message }, error.status);
  console.error(`request ${c.get("requestId")} failed:`, error);
  return c.json({ error: "The server failed to answer; its log says why." }, 500);
}
