/**
 * What the routes have in common in their description: parameters, files and errors.
 *
 * @module
 */

import { type RouteConfig, z } from "@hono/zod-openapi";
import type { ZodError } from "zod";
import { ErrorAnswer } from "./answer.ts";
import { type DeclaredHeaders, headersOf } from "./answer_headers.ts";
import { requestError } from "./errors.ts";
import { sentenceOf } from "./invalid_sentence.ts";

/** `?model=`, on every route that asks a model. */
export const modelParameter = z.string().optional().openapi({
  description: "Name of the model, one of `GET /v1/models`; absent: the default.",
});

/** `?id=`, which JSON answers repeat. */
export const idParameter = z.string().max(256).optional().openapi({
  description: "Any text; the JSON answer repeats it.",
});

/** A file's bytes, in a body or in a field of a form. */
export const fileSchema = { type: "string", format: "binary" } as const;

const errorTexts: Readonly<Record<number, string>> = {
  400: "The request or its image cannot be read, or the model cannot take it.",
  401: "The server asks for a token, and there is no valid one.",
  404: "There is no such model.",
  406: "Nothing that `Accept` takes can be answered.",
  408: "The body came too slowly.",
  413: "A limit on bytes, pixels or slices is passed.",
  415: "The body, or its `Content-Encoding`, is of no known format.",
  429: "Too many requests wait, or came of late.",
  500: "The server's own fault.",
  503: "The server is about to end, its model has not answered yet, or its threads hang.",
  504: "The work took longer than it may.",
};

const errorHeaders: Readonly<Record<number, DeclaredHeaders>> = {
  401: headersOf("WWW-Authenticate"),
  429: headersOf("Retry-After"),
  503: headersOf("Retry-After"),
};

/**
 * Descriptions of the errors that a route may answer with; those with which requests are refused before any route gets
 * them stand in `docs/document.ts`.
 */
export function errorResponses(...statuses: number[]): RouteConfig["responses"] {
  return Object.fromEntries(
    statuses.map((status) => [status, {
      description: errorTexts[status],
      headers: errorHeaders[status],
      content: { "application/json": { schema: ErrorAnswer } },
    }]),
  );
}

/** Refuses what does not fit a route's schema with 400, in one sentence. */
export function refuseInvalid(
  result: { readonly success: boolean; readonly data?: unknown; readonly error?: ZodError },
): void {
  if (result.success) return;
  throw requestError(400, sentenceOf(result.error!, result.data), result.error);
}
