/**
 * The forms in which a patient's answer comes: events, their last alone, or the mask's file, whose type depends on what
 * was sent.
 *
 * @module
 */

import type { Offer } from "../negotiation.ts";
import { eventTypes } from "./event_stream.ts";
import type { ReadVolume } from "./read_volume.ts";

/** What `?output=` takes. */
export const volumeOutputs = ["ndjson", "sse", "json", "mask"] as const;

/** One of {@linkcode volumeOutputs}. */
export type VolumeOutput = typeof volumeOutputs[number];

/** The type of the mask's file, by what was sent. */
export const maskTypes: Readonly<Record<ReadVolume["format"], string>> = {
  nifti: "application/gzip",
  dicom: "application/dicom",
  slices: "application/zip",
};

/** Whoever takes any bytes gets the same file. */
export const anyFile = "application/octet-stream";

/** In the order in which they are preferred. */
function offersWith(types: readonly string[]): Offer<VolumeOutput>[] {
  return [
    { output: "ndjson", type: eventTypes.ndjson },
    { output: "sse", type: eventTypes.sse },
    { output: "json", type: "application/json" },
    ...types.map((type) => ({ output: "mask", type } as const)),
  ];
}

/** What may come, before anybody knows what was sent. */
export const possibleOffers = offersWith([...Object.values(maskTypes), anyFile]);

/** What can come of a patient that has been read. */
export function offersOf({ format }: Pick<ReadVolume, "format">): Offer<VolumeOutput>[] {
  return offersWith([maskTypes[format], anyFile]);
}
