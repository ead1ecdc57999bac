/**
 * What a person is told of a run's patients before the first step: how many there are, and which can teach nothing.
 *
 * @module
 */
import { maskOfSlice, type PreparedPatient, selectedSlice } from "../data/prepared_patient.ts";
import { sliceGaps } from "../data/slice_gaps.ts";
import { counted } from "../terminal/counted.ts";
import type { RunPatients } from "./run_patients.ts";

/** So many patients are named, and so many gaps in the slices of one. */
const named = 5;

/** All slices of patients. */
export function slicesOf(patients: readonly PreparedPatient[]): number {
  return patients.reduce((sum, { volume }) => sum + volume.slices, 0);
}

/**
 * Lines for the log: one with the numbers of patients and slices, and a warning where patients have no tumor in any
 * slice or nothing to be seen in any, which a wrong folder or a failed conversion leaves, or lack slices between others,
 * as after a copy that broke off. Training goes on.
 *
 * A slice has nothing to be seen where each of the sequences that the network takes has one value all over it.
 */
export function describePatients({ training, validation }: RunPatients): string[] {
  const numbers = ({ length }: readonly PreparedPatient[], slices: number) =>
    `${counted(length, "patient")} (${counted(slices, "slice")})`;
  const learn = "to learn from", measure = "to measure on";
  return [
    `${numbers(training, slicesOf(training))} ${learn}, ` +
    `${numbers(validation, slicesOf(validation))} ${measure}`,
    ...warn(training, learn, "only empty masks", hasTumor, "the network learns to outline nothing"),
    ...warn(training, learn, "only black slices", isVisible, "nothing can be learned"),
    ...warn(validation, measure, "only empty masks", hasTumor, "their Dice is 0 or none"),
    ...warn(validation, measure, "only black slices", isVisible, "there is nothing to outline"),
    ...warnOfGaps([...training, ...validation]),
  ];
}

/** A warning of the patients that lack slices between their first one and their last. */
function warnOfGaps(patients: readonly PreparedPatient[]): string[] {
  const lacking = patients.map(({ id, sliceNumbers }) => ({ id, gaps: sliceGaps(sliceNumbers) }))
    .filter(({ gaps }) => gaps.length);
  if (!lacking.length) return [];
  const texts = lacking.map(({ id, gaps }) =>
    `${id} (${
      listed(gaps.map(([first, last]) => first === last ? `${first}` : `${first} to ${last}`))
    })`
  );
  return [
    `Warning: ${lacking.length} of ${counted(patients.length, "patient")} ` +
    `${
      lacking.length === 1 ? "lacks" : "lack"
    } slices between others, by the numbers in the files' names: ` +
    listed(texts),
  ];
}

function listed(texts: readonly string[]): string {
  const more = texts.length > named ? ` and ${texts.length - named} more` : "";
  return texts.slice(0, named).join(", ") + more;
}

/** A warning of the patients in which no slice passes; `consequence` is that of all patients being like this. */
function warn(
  patients: readonly PreparedPatient[],
  what: string,
  lack: string,
  passes: (patient: PreparedPatient, slice: number) => boolean,
  consequence: string,
): string[] {
  const bad = patients.filter((patient) => !anySlice(patient, passes));
  if (!bad.length) return [];
  const isAll = bad.length === patients.length, verb = bad.length === 1 ? "has" : "have";
  const who = isAll
    ? `${bad.length === 1 ? "the only patient" : `all ${bad.length} patients`} ${what}`
    : `${bad.length} of ${patients.length} patients ${what}`;
  return [
    `Warning: ${who} ${verb} ${lack} (${counted(slicesOf(bad), "slice")})` +
    `${isAll ? `, so ${consequence}` : ""}: ${listed(bad.map(({ id }) => id))}`,
  ];
}

function anySlice(
  patient: PreparedPatient,
  passes: (patient: PreparedPatient, slice: number) => boolean,
): boolean {
  for (let slice = 0; slice < patient.volume.slices; slice++) {
    if (passes(patient, slice)) return true;
  }
  return false;
}

function hasTumor(patient: PreparedPatient, slice: number): boolean {
  return maskOfSlice(patient, slice).includes(1);
}

function isVisible(patient: PreparedPatient, slice: number): boolean {
  const { data, channels } = selectedSlice(patient, slice);
  return data.some((value, index) => value !== data[index % channels]);
}
