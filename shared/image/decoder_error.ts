/**
 * What the decoders of other packages throw, put to use in a message of ours.
 *
 * @module
 */

import { printable } from "../printable.ts";

/**
 * What a decoder says of the file; "" where it only stumbled over it, as over a table that is not there: that would
 * tell the user of the decoder, not of the file. It may quote the file, so it is made printable.
 *
 * @param error Whatever was thrown.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(sayingOf(new Error("no end of image")), "no end of image");
 * assert.equal(sayingOf("no end of image"), "no end of image");
 * assert.equal(sayingOf(new TypeError("Cannot read properties of undefined")), "");
 * ```
 */
export function sayingOf(error: unknown): string {
  if (error instanceof TypeError || error instanceof RangeError) return "";
  return printable(error instanceof Error ? error.message : error);
}
