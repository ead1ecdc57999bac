/**
 * What answers of the API tell in their heads: the one list that `/openapi.json` describes and that pages of other
 * origins may read. What HTTP and browsers want of any answer, as types and policies, is not in it.
 *
 * @module
 */

/** Each by its name, as OpenAPI describes headers. */
export const answerHeaders = {
  "Content-Disposition": {
    description: "With a mask's file alone: its name.",
    schema: { type: "string" },
    example: "attachment; filename*=UTF-8''patient_mask.nii.gz",
  },
  "Inference-Header-Content-Length": {
    description: "How many bytes of the body are JSON; absent: all of them.",
    schema: { type: "integer", minimum: 0 },
  },
  "Retry-After": {
    description: "In how many seconds to come back, where that is known.",
    schema: { type: "integer", minimum: 1 },
  },
  "Server-Timing": {
    description:
      "The milliseconds of each stage of the work, and of the whole from the complete request.",
    required: true,
    schema: { type: "string" },
    example: "decode;dur=2.1, infer;dur=38.0, encode;dur=0.4, total;dur=41.0",
  },
  "WWW-Authenticate": {
    description: "How to say who asks.",
    required: true,
    schema: { type: "string", const: "Bearer" },
  },
  "X-Model": {
    description:
      "Name and version of the model that was asked; with an error, where it came to that.",
    schema: { type: "string" },
    example: "preview/1.0.0",
  },
  "X-Request-Id": {
    description:
      "The request's `X-Request-Id`, where it has one of at most 255 letters, digits, `-`, `_` and `=`; " +
      "else a new one. The server's log names it.",
    required: true,
    schema: { type: "string" },
  },
  "X-Warnings": {
    description:
      "With an answer that is no JSON: its `warnings`, as a JSON list of printable ASCII; " +
      "absent where nothing is known.",
    schema: { type: "string" },
    example: '["FLAIR is constant: it shows nothing."]',
  },
} as const;

/** The name of one of {@linkcode answerHeaders}. */
export type AnswerHeader = keyof typeof answerHeaders;

/** The headers of an answer as a route declares them. */
export type DeclaredHeaders = Readonly<Record<string, { readonly $ref: string }>>;

/**
 * Declares that an answer has, or may have, these headers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(headersOf("X-Model"), { "X-Model": { $ref: "#/components/headers/X-Model" } });
 * ```
 */
export function headersOf(...names: readonly AnswerHeader[]): DeclaredHeaders {
  return Object.fromEntries(
    names.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
}
