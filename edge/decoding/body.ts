/**
 * The body of a request as it is handed to a decoder: bytes, and what the client says they are.
 *
 * @module
 */

import type { HonoRequest } from "hono";
import { requestError } from "../errors.ts";

/** A body whose bytes nobody has looked into. */
export interface Body {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The header `Content-Type`; empty where there is none. */
  readonly contentType: string;
  /** The header `Content-Encoding`; empty where there is none. */
  readonly contentEncoding: string;
}

/**
 * All of a request's body.
 *
 * @throws {HTTPException} 400 for a body that ends before it is whole; 408 and 413 as the limits of
 * `limit_body.ts` throw them.
 */
export async function readBody(request: HonoRequest): Promise<Body> {
  return {
    bytes: new Uint8Array(await request.arrayBuffer()),
    contentType: request.header("content-type") ?? "",
    contentEncoding: request.header("content-encoding") ?? "",
  };
}

/** The media type of a body without its parameters, in lower case. */
export function mediaType(contentType: string): string {
  return contentType.split(";", 1)[0].trim().toLowerCase();
}

/**
 * Refuses a body of no bytes.
 *
 * @param what What it should have held, as in "image".
 * @throws {HTTPException} 400.
 */
export function assertNotEmpty({ bytes }: Body, what: string): void {
  if (bytes.length > 0) return;
  throw requestError(400, `Cannot read the ${what} as the request's body is empty`);
}
