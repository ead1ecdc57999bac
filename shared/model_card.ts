/**
 * A model's card: what travels beside `model.onnx`, so that whoever runs the model knows how to feed it, what
 * its output means, what it was trained on and how good it is.
 *
 * @module
 */

import { type IntensityCard, intensityNames } from "./intensities.ts";
import type { Preprocessing } from "./scaling.ts";
import { isSequence, sequences } from "./sequence.ts";

/** The network behind a model. */
export interface ArchitectureCard {
  readonly kind: "unet";
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** Features at every level, or those of each, full resolution first. */
  readonly features: number | readonly number[];
  /** Encoder blocks. */
  readonly depth: number;
  /** Numbers that training adjusted. */
  readonly parameters: number;
  /** Multiply-adds of one slice of 256x256. */
  readonly multiplyAdds: number;
}

/** What a model was trained on. Further details may stand beside those named here. */
export interface TrainingCard {
  /** The data set. */
  readonly data: string;
  /** The patients it was trained on: their names, or words where the names are not known. */
  readonly patients: readonly string[] | string;
  /** How it was trained, in words. */
  readonly recipe: string;
  /** What the random numbers started from, where that is known. */
  readonly seed?: number;
  readonly [detail: string]: unknown;
}

/** Some of the patients, or a way to use the model. */
export interface GroupCard {
  readonly name: string;
  readonly count: number;
  /** Null where no Dice is defined. */
  readonly meanVolumeDice: number | null;
}

/** One measurement of a model: on whom, and how well it did. Figures are means over patients unless they say else. */
export interface EvaluationCard {
  /** Who they are, above all whether the model was trained on them. */
  readonly patients: string;
  readonly count: number;
  readonly meanVolumeDice: number;
  readonly medianVolumeDice?: number;
  /** 95 % bootstrap interval of the mean over patients. */
  readonly meanInterval95?: readonly [low: number, high: number];
  /** Null where neither prediction nor reference has tumor. */
  readonly diceByPatient?: Readonly<Record<string, number | null>>;
  readonly sensitivity?: number | null;
  readonly precision?: number | null;
  /** The median is null where it is infinite; `infinite` counts the patients whose distance is. */
  readonly hd95?: {
    readonly median: number | null;
    readonly unit: "mm" | "voxels";
    readonly infinite: number;
  };
  /** Expected calibration error over all voxels, and after the temperature fitted to the same patients. */
  readonly calibration?: {
    readonly error: number;
    readonly temperature: number;
    readonly errorAfter: number;
  };
  readonly institutions?: readonly GroupCard[];
  /** Thirds of the patients by tumor size. */
  readonly tumorSizes?: readonly GroupCard[];
  /** Other ways to use the model: flips averaged, slices on their own, the largest component, FLAIR alone. */
  readonly variants?: readonly GroupCard[];
}

/** Everything to know about a model, as `card.json` holds it. */
export interface ModelCard {
  readonly name: string;
  readonly version: string;
  readonly architecture: ArchitectureCard;
  readonly input: {
    /** What each channel of the input holds, in order. */
    readonly sequences: readonly string[];
    /** Height and width, as the network sees them, must be multiples of this many pixels. */
    readonly sizeMultiple: number;
    /** The network sees the slice at a resolution smaller by this factor. Absent: 1, the slice's own. */
    readonly downsampling?: number;
  };
  readonly preprocessing: Preprocessing;
  /** What the file computes in. Absent: 32-bit floats. */
  readonly precision?: "fp32" | "int8";
  /** A sigmoid has been applied: from 0 to 1. */
  readonly output: "probability";
  /** Probabilities over this are tumor. */
  readonly threshold: number;
  /** Whether only the largest connected component of the mask is kept. */
  readonly largestComponent: boolean;
  readonly training: TrainingCard;
  /** What is usual for the data it was trained on; absent: not known, and nobody is warned of anything else. */
  readonly intensities?: IntensityCard;
  readonly evaluation: readonly EvaluationCard[];
  readonly licence: string;
  /** Where the model comes from. */
  readonly source: string;
  /** What it must not be used for. */
  readonly notFor: string;
  /** SHA-256 of the files of the model, in hexadecimal, by file name. */
  readonly sha256: Readonly<Record<string, string>>;
}

/**
 * A model card from the text of its `card.json`, or from the value parsed from it, with every field checked.
 *
 * @throws {TypeError} naming the first field that is missing or not what it must be.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.throws(
 *   () => parseModelCard(`{"name": "tiny", "version": 1}`),
 *   /Cannot read the model card as version must be a text: current value is 1/,
 * );
 * ```
 */
export function parseModelCard(json: unknown): ModelCard {
  const card = fieldsOf(typeof json === "string" ? parseJson(json) : json, "");
  card.text("name");
  card.text("version");
  checkArchitecture(card.object("architecture"));
  checkInput(card.object("input"), card.object("architecture").number("inputChannels"));
  checkPreprocessing(card.object("preprocessing"));
  if (card.value.precision !== undefined) card.choice("precision", ["fp32", "int8"]);
  card.choice("output", ["probability"]);
  card.number("threshold", { minimum: 0, maximum: 1 });
  card.boolean("largestComponent");
  checkTraining(card.object("training"));
  if (card.value.intensities !== undefined) {
    checkIntensities(card.object("intensities"), card.object("input").list("sequences").length);
  }
  card.list("evaluation").forEach((entry, index) =>
    checkEvaluation(fieldsOf(entry, `evaluation[${index}]`))
  );
  card.text("licence");
  card.text("source");
  card.text("notFor");
  checkSums(card.object("sha256"));
  return card.value as unknown as ModelCard;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TypeError(`Cannot read the model card as it must be JSON: ${error}`, {
      cause: error,
    });
  }
}

function checkArchitecture(architecture: Fields): void {
  architecture.choice("kind", ["unet"]);
  for (const name of ["inputChannels", "outputChannels", "depth"]) {
    architecture.number(name, { minimum: 1, integer: true });
  }
  checkFeatures(architecture);
  architecture.number("parameters", { minimum: 1, integer: true });
  architecture.number("multiplyAdds", { minimum: 1 });
}

function checkFeatures(architecture: Fields): void {
  const { features, depth } = architecture.value;
  if (!Array.isArray(features)) {
    architecture.number("features", { minimum: 1, integer: true });
  } else if (
    features.length !== depth || !features.every((count) => Number.isInteger(count) && count >= 1)
  ) {
    throw complaint("architecture.features", `${depth} whole numbers, one a level`, features);
  }
}

function checkInput(input: Fields, inputChannels: number): void {
  const names = input.list("sequences");
  for (const [index, name] of names.entries()) {
    if (typeof name !== "string" || !isSequence(name)) {
      throw complaint(`input.sequences[${index}]`, `one of ${sequences.join(", ")}`, name);
    }
  }
  if (names.length !== inputChannels) {
    throw complaint("input.sequences", `a list of ${inputChannels}, one a channel`, names);
  }
  input.number("sizeMultiple", { minimum: 1, integer: true });
  if (input.value.downsampling !== undefined) {
    input.number("downsampling", { minimum: 1, integer: true });
  }
}

function checkPreprocessing(preprocessing: Fields): void {
  const method = preprocessing.choice("method", ["percentile", "foreground"]);
  const low = preprocessing.number("low", { minimum: 0, maximum: 100 });
  const high = preprocessing.number("high", { minimum: 0, maximum: 100 });
  if (!(low < high)) throw complaint("preprocessing.high", `over preprocessing.low, ${low}`, high);
  if (method === "percentile") return;
  preprocessing.number("head", { minimum: 0, maximum: 1 });
  preprocessing.number("limit", { minimum: 0 });
}

function checkTraining(training: Fields): void {
  training.text("data");
  training.text("recipe");
  const { patients, seed } = training.value;
  const named = Array.isArray(patients) && patients.every((name) => typeof name === "string");
  if (!named && typeof patients !== "string") {
    throw complaint("training.patients", "a text or a list of texts", patients);
  }
  if (seed !== undefined) training.number("seed");
}

function checkIntensities(intensities: Fields, channels: number): void {
  intensities.text("patients");
  for (const name of ["volumes", "slices"]) {
    const list = intensities.list(name);
    if (list.length !== channels) {
      throw complaint(`intensities.${name}`, `a list of ${channels}, one a channel`, list);
    }
    for (const [index, entry] of list.entries()) {
      const usual = fieldsOf(entry, `intensities.${name}[${index}]`);
      for (const measure of Object.keys(intensityNames)) {
        usual.object(measure).number("mean");
        usual.object(measure).number("deviation", { minimum: 0 });
      }
    }
  }
}

function checkEvaluation(evaluation: Fields): void {
  evaluation.text("patients");
  evaluation.number("count", { minimum: 1, integer: true });
  evaluation.number("meanVolumeDice", { minimum: 0, maximum: 1 });
  if (evaluation.value.medianVolumeDice !== undefined) {
    evaluation.number("medianVolumeDice", { minimum: 0, maximum: 1 });
  }
}

function checkSums(sums: Fields): void {
  for (const [file, sum] of Object.entries(sums.value)) {
    if (typeof sum === "string" && /^[0-9a-f]{64}$/.test(sum)) continue;
    throw complaint(`sha256["${file}"]`, "64 hexadecimal digits", sum);
  }
}

interface NumberRule {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly integer?: boolean;
}

/** Typed access to the fields of a parsed object; each throws for a field that is not what it must be. */
interface Fields {
  readonly value: Readonly<Record<string, unknown>>;
  text(name: string): string;
  number(name: string, rule?: NumberRule): number;
  boolean(name: string): boolean;
  choice(name: string, choices: readonly string[]): string;
  list(name: string): readonly unknown[];
  object(name: string): Fields;
}

function fieldsOf(value: unknown, path: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw complaint(path || "it", "an object", value);
  }
  const record = value as Record<string, unknown>;
  const pathOf = (name: string) => path === "" ? name : `${path}.${name}`;
  function field<T>(name: string, expected: string, accepts: (value: unknown) => value is T): T {
    const found = record[name];
    if (!accepts(found)) throw complaint(pathOf(name), expected, found);
    return found;
  }
  return {
    value: record,
    text: (name) => field(name, "a text", (v) => typeof v === "string"),
    boolean: (name) => field(name, "true or false", (v) => typeof v === "boolean"),
    list: (name) => field(name, "a list", (v) => Array.isArray(v)),
    object: (name) => fieldsOf(record[name], pathOf(name)),
    choice: (name, choices) =>
      field(
        name,
        `one of ${choices.join(", ")}`,
        (v): v is string => typeof v === "string" && choices.includes(v),
      ),
    number: (name, rule = {}) =>
      field(name, describeRule(rule), (v): v is number => followsRule(v, rule)),
  };
}

function followsRule(value: unknown, { minimum, maximum, integer }: NumberRule): boolean {
  return typeof value === "number" && Number.isFinite(value) &&
    (!integer || Number.isInteger(value)) &&
    value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity);
}

function describeRule({ minimum, maximum, integer }: NumberRule): string {
  const noun = integer ? "a whole number" : "a number";
  if (minimum === undefined) return noun;
  return maximum === undefined
    ? `${noun} from ${minimum}`
    : `${noun} from ${minimum} to ${maximum}`;
}

function complaint(field: string, expected: string, value: unknown): TypeError {
  return new TypeError(
    `Cannot read the model card as ${field} must be ${expected}: current value is ${
      JSON.stringify(value)
    }`,
  );
}
