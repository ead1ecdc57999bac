/**
 * The image files in a request's body.
 *
 * @module
 */

import { quoted } from "../../shared/printable.ts";
import { requestError } from "../errors.ts";
import { assertNotEmpty, type Body, mediaType } from "./body.ts";
import { isForm, readForm } from "./form.ts";

/** A file as it came: its bytes, and what the client says they are. */
export interface Upload {
  readonly bytes: Uint8Array;
  /** The declared media type without parameters, in lower case; empty where there is none. */
  readonly type: string;
}

/** Parts that a form of one image, or of two masks, may have. */
const maxParts = 16;

/** The one image of a request: its whole body, or the file in the field `field` of a multipart form. */
export async function readUpload(body: Body, field: string): Promise<Upload> {
  if (isForm(body)) return (await readFormFiles(body, [field]))[0];
  assertNotEmpty(body, "image");
  return { bytes: body.bytes, type: mediaType(body.contentType) };
}

/** The files in some fields of a multipart form, one in each. */
export async function readFormFiles(body: Body, fields: readonly string[]): Promise<Upload[]> {
  if (!isForm(body)) {
    const type = mediaType(body.contentType);
    throw requestError(
      415,
      `Cannot read the form as its type must be multipart/form-data: current value is ${
        quoted(type)
      }`,
    );
  }
  const form = await readForm(body, maxParts);
  return await Promise.all(fields.map(async (field) => {
    const file = form.get(field);
    if (file instanceof File) {
      return { bytes: new Uint8Array(await file.arrayBuffer()), type: mediaType(file.type) };
    }
    throw requestError(
      400,
      `Cannot read the form as it must have one file in its field "${field}"`,
    );
  }));
}
