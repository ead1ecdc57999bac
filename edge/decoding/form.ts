/**
 * Forms of files, `multipart/form-data`.
 *
 * @module
 */

import { printable } from "../../shared/printable.ts";
import { requestError } from "../errors.ts";
import { messageOf } from "../message_of.ts";
import { type Body, mediaType } from "./body.ts";

/** Whether a body says that it is a form. */
export function isForm({ contentType }: Body): boolean {
  return mediaType(contentType) === "multipart/form-data";
}

/**
 * The fields of a form.
 *
 * @param maxParts Counted before any part is read, as each of millions of empty ones takes memory.
 * @throws {HTTPException} 400 for a body that is no form; 413 for one of too many parts.
 */
export async function readForm(body: Body, maxParts: number): Promise<FormData> {
  const parts = countParts(body);
  if (parts > maxParts) {
    throw requestError(
      413,
      `Cannot read the form as it must have at most ${maxParts} parts: current value is ${parts}`,
    );
  }
  try {
    const headers = { "Content-Type": body.contentType };
    return await new Response(body.bytes, { headers }).formData();
  } catch (error) {
    throw requestError(
      400,
      `Cannot read the form as it must be intact multipart/form-data: ${
        printable(messageOf(error))
      }`,
      error,
    );
  }
}

/** How often the boundary stands in a body, the one at its end left out. */
function countParts({ bytes, contentType }: Body): number {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = new TextEncoder().encode(`--${quoted ?? plain ?? ""}`);
  let count = 0;
  for (let at = indexOf(bytes, boundary, 0); at >= 0; count++) {
    at = indexOf(bytes, boundary, at + boundary.length);
  }
  return Math.max(count - 1, 0);
}

/** Where a few bytes stand in many, from a place on; -1 where they do not. */
function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(wanted[0], from); at >= 0; at = bytes.indexOf(wanted[0], at + 1)) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
