/**
 * From the body of a request to the files of a patient.
 *
 * @module
 */

import type { HonoRequest } from "hono";
import { sequenceOfName } from "../../shared/sequence_of_name.ts";
import { messageOf, requestError } from "../errors.ts";
import { mediaType } from "../upload.ts";
import { isZip, unzip, type ZipLimits } from "./unzip.ts";

/**
 * The files in a body: itself, or those of a form; a zip among them is opened. A form's file is named for its
 * field where the field names a sequence and the file does not.
 *
 * @throws {HTTPException} 400 or 413 with what is wrong.
 */
export async function readVolumeFiles(request: HonoRequest, limits: ZipLimits): Promise<File[]> {
  const type = mediaType(request.header("content-type"));
  const sent = type === "multipart/form-data" ? await readForm(request) : [await readBody(request)];
  const files: File[] = [];
  for (const file of sent) {
    const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
    if (isZip(head)) files.push(...unzip(new Uint8Array(await file.arrayBuffer()), limits));
    else files.push(file);
  }
  if (files.every(({ size }) => size === 0)) {
    throw requestError(400, "Cannot read the volume as the request's body is empty");
  }
  if (files.length > limits.maxFiles) {
    throw requestError(
      413,
      `Cannot read the volume as it must have at most ${limits.maxFiles} files: ` +
        `current value is ${files.length}`,
    );
  }
  return files;
}

/** A lone file has no name; one that is compressed can only be a NIfTI. */
async function readBody(request: HonoRequest): Promise<File> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  return new File([bytes], bytes[0] === 0x1f && bytes[1] === 0x8b ? "volume.nii.gz" : "volume");
}

async function readForm(request: HonoRequest): Promise<File[]> {
  try {
    const fields = [...(await request.formData()).entries()];
    return fields.flatMap(([field, value]) => value instanceof File ? [named(field, value)] : []);
  } catch (error) {
    throw requestError(400, `Cannot read the form: ${messageOf(error)}`, error);
  }
}

function named(field: string, file: File): File {
  if (!sequenceOfName(field) || sequenceOfName(file.name)) return file;
  return new File([file], `${field}_${file.name}`, { type: file.type });
}
