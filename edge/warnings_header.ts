/**
 * Where an answer that is no JSON, as a picture or a mask's file, says what its outline may be worth.
 *
 * @module
 */

import type { Context } from "hono";

/** Tells the warnings in the answer's head. Call it before the answer is made: Hono copies a finished one. */
export function tellWarnings(c: Context, warnings: readonly string[]): void {
  if (warnings.length > 0) c.header("X-Warnings", asciiList(warnings));
}

/**
 * Texts as a JSON list that can stand in a header: all but printable ASCII is escaped.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const list = asciiList(["FLAIR is constant", "höher\n"]);
 * assert.equal(list, String.raw`["FLAIR is constant","h\u00f6her\n"]`);
 * assert.deepEqual(JSON.parse(list), ["FLAIR is constant", "höher\n"]);
 * ```
 */
export function asciiList(texts: readonly string[]): string {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(texts).replace(/[^ -~]/g, escape);
}
