/**
 * The files in a zip.
 *
 * @module
 */

import { type UnzipFileInfo, unzipSync } from "fflate";
import { printable } from "../../shared/printable.ts";
import { requestError } from "../errors.ts";
import { messageOf } from "../message_of.ts";
import { isBeside } from "../web/open/beside.ts";

/** What a zip may ask for, checked by its directory before anything is inflated. */
export interface ZipLimits {
  readonly maxFiles: number;
  /** Of all files together, inflated. */
  readonly maxInflatedBytes: number;
}

/** Entries that a zip may list for each file that it may hold: a folder, and what macOS puts beside it. */
const listedForEach = 4;

/** Whether bytes are those of a zip. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/**
 * The images in a zip, by their names without folders. Each is inflated into the room that the directory asks
 * for, so that one which lies cannot take more.
 *
 * @param others Files that the patient has beside them, which the limits are on as well.
 * @throws {HTTPException} 413 over the limits; 400 for a zip that is broken or empty.
 */
export function unzip(
  bytes: Uint8Array,
  { maxFiles, maxInflatedBytes }: ZipLimits,
  others: readonly File[] = [],
): File[] {
  let listed = 0, count = others.length, total = others.reduce((sum, { size }) => sum + size, 0);
  const entries = inflateOrRefuse(bytes, ({ name, size, originalSize }) => {
    // Folders, and what is left out, cost a little as well.
    if (++listed > listedForEach * maxFiles) throw tooLarge(`at most ${maxFiles} files`, listed);
    if (name.endsWith("/") || isBeside(name)) return false;
    count++;
    // What is not compressed takes its size in the zip, whatever the directory says of it.
    total += Math.max(size, originalSize);
    if (count > maxFiles) throw tooLarge(`at most ${maxFiles} files`, count);
    if (total > maxInflatedBytes) {
      throw tooLarge(`at most ${maxInflatedBytes} bytes once inflated`, total);
    }
    return true;
  });
  const files = Object.entries(entries).map(([name, data]) =>
    new File([data as Uint8Array<ArrayBuffer>], name.split("/").at(-1)!)
  );
  if (files.length === 0) throw requestError(400, "Cannot read the zip as it must hold images");
  return files;
}

function inflateOrRefuse(bytes: Uint8Array, wants: (entry: UnzipFileInfo) => boolean) {
  let refusal: unknown;
  try {
    return unzipSync(bytes, {
      filter(entry) {
        try {
          return wants(entry);
        } catch (error) {
          refusal = error;
          throw error;
        }
      },
    });
  } catch (error) {
    if (error === refusal) throw error;
    throw requestError(
      400,
      `Cannot read the zip as it must be intact: ${printable(messageOf(error))}`,
      error,
    );
  }
}

function tooLarge(expected: string, value: number) {
  return requestError(
    413,
    `Cannot read the zip as it must have ${expected}: current value is ${value}`,
  );
}
