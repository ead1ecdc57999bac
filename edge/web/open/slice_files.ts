/** Slices that are image files, as in the published data: PATIENT_N.tif, and PATIENT_N_mask.tif beside it. */

import {
  decodeImage,
  decodeMask,
  type ImageLimits,
  UnknownImageFormatError,
} from "../../../shared/image/decode.ts";
import { printable } from "../../../shared/printable.ts";
import { stackSlices } from "../../../shared/stack_slices.ts";
import type { Slice } from "../../../shared/volume.ts";
import { stem } from "./file_kind.ts";
import type { NamedMask, ReadScan } from "./scan.ts";

/** As many pixels as the edge takes, so that both places answer alike. */
const pageLimits: ImageLimits = { maxPixels: 1024 ** 2 };

const natural = new Intl.Collator("en", { numeric: true });

/** A slice's name in the published data: the patient, and the number of the slice. */
const published = /^(.+)_(\d+)$/;

async function decodeFile<Decoded>(
  decode: (bytes: Uint8Array, limits: ImageLimits) => Promise<Decoded>,
  file: File,
  limits = pageLimits,
): Promise<Decoded> {
  try {
    return await decode(new Uint8Array(await file.arrayBuffer()), limits);
  } catch (error) {
    const message = error instanceof UnknownImageFormatError
      ? `${
        printable(file.name)
      } is no scan that can be read: it must be TIFF, PNG, JPEG, WebP, NIfTI or DICOM.`
      : `${printable(file.name)}: ${error instanceof Error ? error.message : error}`;
    throw new Error(message, { cause: error });
  }
}

/** The mask in a file, and the name of the slice that it belongs to. */
export async function readMaskFile(file: File): Promise<NamedMask> {
  return {
    name: stem(file.name).replace(/_mask$/i, ""),
    mask: await decodeFile(decodeMask, file),
  };
}

/** The patient of some slices, where their names tell it. */
function patientOf(names: readonly string[]): string {
  const patients = [...new Set(names.map((name) => published.exec(name)?.[1] ?? ""))];
  if (patients.length > 1 && !patients.includes("")) {
    throw new Error(
      `These are slices of ${patients.length} patients (${
        patients.slice(0, 3).map((name) => printable(name)).join(", ")
      }${patients.length > 3 ? ", …" : ""}). Please open one patient at a time.`,
    );
  }
  return patients[0];
}

/**
 * Slices in the order of the numbers in their names.
 *
 * @param onFile Called after each file.
 * @param limits Of each file.
 * @throws {Error} where a file cannot be read, or is unlike the others.
 */
export async function readSliceFiles(
  files: readonly File[],
  onFile: () => void,
  limits = pageLimits,
): Promise<ReadScan> {
  const ordered = files.toSorted((a, b) => natural.compare(a.name, b.name));
  const sliceNames = ordered.map(({ name }) => stem(name));
  assertNamedApart(sliceNames);
  const patient = patientOf(sliceNames);
  const slices: Slice[] = [];
  for (const file of ordered) {
    slices.push(await decodeFile(decodeImage, file, limits));
    assertAlike(slices, ordered);
    onFile();
  }
  const name = ordered.length === 1 ? ordered[0].name : patient || folderOf(ordered[0]);
  const volume = stackSlices(slices);
  return { name, kind: "image", volume, sliceNames, notes: [], files: ordered };
}

/** Their names put slices in order, and each mask is named like its slice. */
function assertNamedApart(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      throw new Error(
        `Each slice must have a name of its own, as names tell the order: several are called ${
          printable(name)
        }.`,
      );
    }
    seen.add(name);
  }
}

function folderOf({ webkitRelativePath, name }: File): string {
  return webkitRelativePath?.split("/").at(-2) ?? stem(name);
}

function assertAlike(slices: readonly Slice[], files: readonly File[]): void {
  const [first] = slices, last = slices.at(-1)!;
  if (sizeOf(first) === sizeOf(last)) return;
  throw new Error(
    `All slices must be of one size and kind: ${printable(files[0].name)} has ${sizeOf(first)}, ` +
      `${printable(files[slices.length - 1].name)} has ${sizeOf(last)}.`,
  );
}

function sizeOf({ width, height, channels, data }: Slice): string {
  const bits = 8 * data.BYTES_PER_ELEMENT;
  return `${width}x${height} pixels, ${
    channels === 1 ? "one channel" : `${channels} channels`
  } of ${bits} bits`;
}
