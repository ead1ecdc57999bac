/**
 * How much a request may ask for, and the options of `deno task edge`, and variables of a function, that say so. Each limit
 * is held before memory is spent: on bytes as they arrive, on pixels and values by what a file's header says.
 *
 * @module
 */

import type { Command } from "commander";
import { parseNumber } from "../shared/argument.ts";
import { readVariable, variableOf } from "./environment.ts";

/** The limits of an edge. */
export interface Limits {
  /** Requests with a body that are held at once, from its first byte to the answer's last; more are 429. */
  readonly maxRequests: number;
  /** Bytes of the body of a request for a slice, for Dice or for the network itself; and that once inflated. */
  readonly maxBodyBytes: number;
  /** Seconds that a body may take to arrive, and one more for each 64 KiB of it; and those that no pause may have. */
  readonly bodySeconds: number;
  /** The same for a client that reads its answer. */
  readonly answerSeconds: number;
  /**
   * Pixels of a slice. The network needs about 650 bytes of memory for each, which its worker keeps: a slice of
   * 1024x1024 takes 0.9 GB and five seconds of one core.
   */
  readonly maxPixels: number;
  /** Channels of a slice or a volume: 4 at most, which is what files are read with. */
  readonly maxChannels: number;
  /** Seconds that decoding a slice, two masks or a tensor may take. */
  readonly decodeSeconds: number;
  /** Whole patients that are held at once; a further one is 429. */
  readonly maxVolumes: number;
  /** Bytes of the body of a whole patient. */
  readonly maxVolumeBytes: number;
  /** Bytes of a patient's files together, once a zip or a NIfTI is inflated. */
  readonly maxInflatedBytes: number;
  /** Files of a patient, and frames of a DICOM series. */
  readonly maxFiles: number;
  readonly maxSlices: number;
  /** A patient's voxels times channels. */
  readonly maxValues: number;
  /** Seconds that reading a patient's files may take, and writing the mask. */
  readonly volumeSeconds: number;
}

/** A volume of 512x512x512 with one channel, or of 256x256x512 with three, and its mask. */
export const defaultLimits: Limits = {
  maxRequests: 64,
  maxBodyBytes: 16 * 1024 ** 2,
  bodySeconds: 20,
  answerSeconds: 20,
  maxPixels: 1024 ** 2,
  maxChannels: 4,
  decodeSeconds: 10,
  maxVolumes: 2,
  maxVolumeBytes: 256 * 1024 ** 2,
  maxInflatedBytes: 512 * 1024 ** 2,
  maxFiles: 2048,
  maxSlices: 1024,
  maxValues: 2 ** 27,
  volumeSeconds: 60,
};

/** What each option is called, and what it says in `--help`. */
const options: Readonly<Record<keyof Limits, readonly [flag: string, text: string]>> = {
  maxRequests: ["--max-requests", "requests with a body that are held at once; more are 429"],
  maxBodyBytes: ["--max-body-bytes", "bytes of the body of a request for a slice"],
  bodySeconds: ["--body-seconds", "seconds a body may take to arrive, plus one for each 64 KiB"],
  answerSeconds: [
    "--answer-seconds",
    "the same for who reads an answer; then the connection ends",
  ],
  maxPixels: ["--max-pixels", "pixels of a slice; the network needs 650 bytes for each"],
  maxChannels: ["--max-channels", "channels of a slice or a patient, 1 to 4"],
  decodeSeconds: ["--decode-seconds", "seconds that decoding a slice may take; then 504"],
  maxVolumes: ["--max-volumes", "whole patients that are held at once; more are 429"],
  maxVolumeBytes: ["--max-volume-bytes", "bytes of the body of a whole patient"],
  maxInflatedBytes: ["--max-inflated-bytes", "bytes of a patient's files once they are inflated"],
  maxFiles: ["--max-files", "files of a patient"],
  maxSlices: ["--max-slices", "slices of a patient"],
  maxValues: ["--max-values", "voxels of a patient times channels"],
  volumeSeconds: ["--volume-seconds", "seconds that reading a patient may take; then 504"],
};

const names = Object.keys(options) as (keyof Limits)[];

/** Adds the options to a command. */
export function addLimitOptions(command: Command): Command {
  for (const name of names) {
    const [flag, text] = options[name];
    command.option(`${flag} <number>`, text, `${defaultLimits[name]}`);
  }
  return command;
}

/**
 * The limits that a command's options ask for.
 *
 * @param nameOf What an option is called where somebody typed it. @default as it is
 * @throws {RangeError} when one is not a number over 0.
 */
export function readLimits(
  values: Readonly<Record<string, string>>,
  nameOf: (flag: string) => string = (flag) => flag,
): Limits {
  const entries = names.map((name) => {
    return [name, parseNumber(nameOf(options[name][0]), values[name], ruleOf(name))];
  });
  return Object.fromEntries(entries);
}

/**
 * The limits that the environment asks for.
 *
 * @throws {RangeError} when one is not a number over 0.
 */
export function readLimitsEnvironment(): Limits {
  const values = names.map((name) => [
    name,
    readVariable(options[name][0]) ?? `${defaultLimits[name]}`,
  ]);
  return readLimits(Object.fromEntries(values), variableOf);
}

function ruleOf(name: keyof Limits) {
  if (name.endsWith("Seconds")) return { above: 0, maximum: 86_400 };
  return { integer: true, minimum: 1, maximum: name === "maxChannels" ? 4 : 2 ** 40 };
}
