/**
 * Model cards out of JSON, with every field checked.
 *
 * @module
 */

import { intensityNames } from "./intensities.ts";
import type { ModelCard } from "./model_card.ts";
import { complaint, type Fields, fieldsOf } from "./model_card_fields.ts";
import { isSequence, sequences } from "./sequence.ts";

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
  card.number("smallestComponent", { minimum: 0, maximum: 1 });
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
  if (architecture.value.separable !== undefined) architecture.boolean("separable");
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
  if (training.value.start !== undefined) checkStart(training.object("start"));
}

function checkStart(start: Fields): void {
  start.text("folder");
  if (start.value.seed !== undefined) start.number("seed");
  if (start.value.sha256 !== undefined) checkSum("training.start.sha256", start.value.sha256);
  if (start.value.model === undefined) return;
  for (const name of ["name", "version"]) start.object("model").text(name);
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
  if (evaluation.value.ofOtherNetworks !== undefined) evaluation.boolean("ofOtherNetworks");
  evaluation.number("count", { minimum: 1, integer: true });
  evaluation.number("meanVolumeDice", { minimum: 0, maximum: 1 });
  if (evaluation.value.medianVolumeDice !== undefined) {
    evaluation.number("medianVolumeDice", { minimum: 0, maximum: 1 });
  }
}

function checkSums(sums: Fields): void {
  for (const [file, sum] of Object.entries(sums.value)) checkSum(`sha256["${file}"]`, sum);
}

function checkSum(field: string, sum: unknown): void {
  if (typeof sum === "string" && /^[0-9a-f]{64}$/.test(sum)) return;
  throw complaint(field, "64 hexadecimal digits", sum);
}
