/**
 * Bodies that were compressed on their way here.
 *
 * @module
 */

import type { HonoRequest } from "hono";
import { messageOf, requestError } from "./errors.ts";

const formats = { gzip: "gzip", "x-gzip": "gzip", deflate: "deflate" } as const;

/**
 * The bytes of a body, inflated where `Content-Encoding` is gzip or deflate. Stops at the limit, so that a
 * small body cannot ask for a lot of memory.
 *
 * @throws {HTTPException} 413 over the limit; 415 for another encoding; 400 for broken data.
 */
export async function inflateBody(request: HonoRequest, maxBytes: number): Promise<Uint8Array> {
  const encoding = request.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  const body = new Uint8Array(await request.arrayBuffer());
  if (encoding === "identity") return body;
  if (!Object.hasOwn(formats, encoding)) {
    throw requestError(
      415,
      `Cannot read the body as its encoding must be gzip or deflate: current value is "${encoding}"`,
    );
  }
  const inflater = new DecompressionStream(formats[encoding as keyof typeof formats]);
  return await readAtMost(new Blob([body]).stream().pipeThrough(inflater), maxBytes);
}

async function readAtMost(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of stream) {
      length += part.length;
      if (length > maxBytes) break;
      parts.push(part);
    }
  } catch (error) {
    throw requestError(400, `Cannot inflate the body: ${messageOf(error)}`, error);
  }
  if (length > maxBytes) {
    throw requestError(413, `Cannot inflate the body as it must have at most ${maxBytes} bytes`);
  }
  const whole = new Uint8Array(length);
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
