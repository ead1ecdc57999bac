/**
 * From the body of a request to the files of a patient.
 *
 * @module
 */

import { sequenceOfName } from "../../shared/sequence_of_name.ts";
import { assertNotEmpty, type Body } from "../decoding/body.ts";
import { isForm, readForm } from "../decoding/form.ts";
import { requestError } from "../errors.ts";
import { isZip, unzip, type ZipLimits } from "./unzip.ts";

/**
 * The files in a body: itself, or those of a form; a zip among them is opened. A form's file is named for its
 * field where the field names a sequence and the file does not.
 *
 * @throws {HTTPException} 400 or 413 with what is wrong.
 */
export async function readVolumeFiles(body: Body, limits: ZipLimits): Promise<File[]> {
  assertNotEmpty(body, "volume");
  const sent = isForm(body) ? await formFiles(body, limits) : [loneFile(body)];
  const files: File[] = [];
  for (const file of sent) {
    const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
    if (isZip(head)) files.push(...unzip(new Uint8Array(await file.arrayBuffer()), limits, files));
    else files.push(file);
  }
  if (files.every(({ size }) => size === 0)) {
    throw requestError(400, "Cannot read the volume as none of its files has a byte");
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
function loneFile({ bytes }: Body): File {
  return new File([bytes], bytes[0] === 0x1f && bytes[1] === 0x8b ? "volume.nii.gz" : "volume");
}

async function formFiles(body: Body, { maxFiles }: ZipLimits): Promise<File[]> {
  const fields = [...(await readForm(body, maxFiles)).entries()];
  return fields.flatMap(([field, value]) => value instanceof File ? [named(field, value)] : []);
}

function named(field: string, file: File): File {
  if (!sequenceOfName(field) || sequenceOfName(file.name)) return file;
  return new File([file], `${field}_${file.name}`, { type: file.type });
}
