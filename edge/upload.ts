/**
 * The image files in a request's body.
 *
 * @module
 */

import type { HonoRequest } from "hono";
import { messageOf, requestError } from "./errors.ts";

/** A file as it came: its bytes, and what the client says they are. */
export interface Upload {
  readonly bytes: Uint8Array;
  /** The declared media type without parameters, in lower case; empty where there is none. */
  readonly type: string;
}

/** The one image of a request: its whole body, or the file in the field `field` of a multipart form. */
export async function readUpload(request: HonoRequest, field: string): Promise<Upload> {
  const type = mediaType(request.header("content-type"));
  if (type === "multipart/form-data") return await readFormFile(request, field);
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length === 0) {
    throw requestError(400, "Cannot read the image as the request's body is empty");
  }
  return { bytes, type };
}

/** The file in the field `field` of a multipart form. */
export async function readFormFile(request: HonoRequest, field: string): Promise<Upload> {
  const type = mediaType(request.header("content-type"));
  if (type !== "multipart/form-data") {
    throw requestError(
      415,
      `Cannot read the form as its type must be multipart/form-data: current value is "${type}"`,
    );
  }
  const file = (await parseForm(request))[field];
  if (!(file instanceof File)) {
    throw requestError(
      400,
      `Cannot read the form as it must have one file in its field "${field}"`,
    );
  }
  return { bytes: new Uint8Array(await file.arrayBuffer()), type: mediaType(file.type) };
}

async function parseForm(request: HonoRequest) {
  try {
    return await request.parseBody();
  } catch (error) {
    throw requestError(400, `Cannot read the form: ${messageOf(error)}`, error);
  }
}

/** A media type without its parameters, in lower case. */
export function mediaType(contentType = ""): string {
  return contentType.split(";", 1)[0].trim().toLowerCase();
}
