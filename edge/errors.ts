/**
 * Errors as the edge answers them: a status and `{"error": "...", "notice": "..."}`, never a stack.
 *
 * @module
 */

import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { QueueFullError, TimeLimitError } from "../shared/inference/pool_error.ts";
import type { ErrorAnswer } from "./answer.ts";
import { notice } from "./notice.ts";
import { observationOf } from "./observe/observation.ts";
import { UnknownModelError } from "./unknown_model_error.ts";

/** The client has gone and reads no answer; the status is for the log alone. */
export const clientGone = 499;

/** An error that is the request's fault and whose message may be told. */
export function requestError(
  status: ContentfulStatusCode,
  message: string,
  cause?: unknown,
): HTTPException {
  return new HTTPException(status, { message, cause });
}

/** The body of an answer that says what went wrong. */
export function errorAnswer(error: string): ErrorAnswer {
  return { error, notice };
}

/** An error as it is told: its status, and a body without anything of the server's insides. */
export function describeError(error: unknown): {
  readonly status: ContentfulStatusCode;
  readonly body: ErrorAnswer;
} {
  if (error instanceof HTTPException) {
    return { status: error.status, body: errorAnswer(error.message) };
  }
  if (error instanceof QueueFullError) return { status: 429, body: errorAnswer(error.message) };
  if (error instanceof TimeLimitError) return { status: 504, body: errorAnswer(error.message) };
  if (error instanceof UnknownModelError) {
    return { status: 404, body: { ...errorAnswer(error.message), models: [...error.names] } };
  }
  return { status: 500, body: errorAnswer("The server failed to answer; its log says why.") };
}

/** Answers what a handler threw. What is not the request's fault is written to the log, not told. */
export function answerError(error: Error, c: Context): Response {
  if (c.req.raw.signal.aborted) return new Response(null, { status: clientGone });
  const { status, body } = describeError(error);
  if (error instanceof QueueFullError) c.header("Retry-After", `${error.retryAfter}`);
  if (status === 500) observationOf(c).failure = error;
  return c.json(body, status);
}
