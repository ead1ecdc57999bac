/**
 * Bodies that were compressed on their way here.
 *
 * @module
 */

import { inflate } from "../../shared/image/inflate.ts";
import { quoted } from "../../shared/printable.ts";
import { requestError } from "../errors.ts";
import { messageOf } from "../message_of.ts";
import type { Body } from "./body.ts";

const formats = { gzip: "gzip", "x-gzip": "gzip", deflate: "deflate" } as const;

/**
 * The bytes of a body, inflated where `Content-Encoding` is gzip or deflate. Stops at the limit, so that a
 * small body cannot ask for a lot of memory.
 *
 * @throws {HTTPException} 413 over the limit; 415 for another encoding; 400 for broken data.
 */
export async function inflateBody(
  { bytes, contentEncoding }: Body,
  maxBytes: number,
): Promise<Uint8Array> {
  const encoding = contentEncoding.trim().toLowerCase() || "identity";
  if (encoding === "identity") return bytes;
  if (!Object.hasOwn(formats, encoding)) {
    throw requestError(
      415,
      `Cannot read the body as its encoding must be gzip or deflate: current value is ${
        quoted(encoding)
      }`,
    );
  }
  const inflated = await inflateOrRefuse(
    bytes,
    maxBytes + 1,
    formats[encoding as keyof typeof formats],
  );
  if (inflated.length <= maxBytes) return inflated;
  throw requestError(413, `Cannot inflate the body as it must have at most ${maxBytes} bytes`);
}

async function inflateOrRefuse(body: Uint8Array, maximum: number, format: "gzip" | "deflate") {
  try {
    return await inflate([body], maximum, format);
  } catch (error) {
    throw requestError(400, `Cannot inflate the body: ${messageOf(error)}`, error);
  }
}
