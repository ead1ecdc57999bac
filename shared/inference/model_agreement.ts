/**
 * Whether a model's file and its card tell of the same network.
 *
 * @module
 */

import type { ModelCard } from "../model_card.ts";
import { printable } from "../printable.ts";
import { type OnnxMetadata, type OnnxTensor, readOnnxMetadata } from "./onnx_metadata.ts";
import { tensorNames } from "./tensor_names.ts";

/**
 * Refuses a model whose file says something else than its card: other tensors, another architecture, other sequences or
 * another scaling. What the file does not say cannot disagree.
 *
 * @param model The bytes of `model.onnx`.
 * @throws {TypeError} naming the model, and what each says; or when the bytes are no ONNX file.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 *
 * const card = JSON.parse(await readFile("edge/models/reference/card.json", "utf8"));
 * const model = await readFile("edge/models/reference/model.onnx");
 * assertModelAgrees(card, model);
 * card.architecture.depth = 5;
 * assert.throws(() => assertModelAgrees(card, model), /the architecture of model.onnx must be its card's/);
 * ```
 */
export function assertModelAgrees(card: ModelCard, model: Uint8Array): void {
  const says = (what: string, expected: unknown, found: unknown) => {
    const [wanted, actual] = [expected, found].map((value) => JSON.stringify(value));
    if (wanted === actual) return;
    throw new TypeError(
      `Cannot use the model ${card.name} ${card.version} as the ${what} of model.onnx must be ` +
        `its card's, ${wanted}: current value is ${printable(actual, wanted.length + 100)}`,
    );
  };
  const metadata = readMetadata(card, model), { inputChannels, outputChannels } = card.architecture;
  says("input", [tensorNames.input, 4, inputChannels], summaryOf(metadata.inputs, inputChannels));
  says(
    "output",
    [tensorNames.output, 4, outputChannels],
    summaryOf(metadata.outputs, outputChannels),
  );
  const { kind, features, depth, separable } = card.architecture;
  const described = {
    architecture: {
      ...{ kind, inputChannels, outputChannels, features, depth },
      ...(separable !== undefined && { separable }),
    },
    sequences: card.input.sequences,
    preprocessing: card.preprocessing,
  };
  for (const [what, expected] of Object.entries(described)) {
    const text = metadata.properties.get(what);
    if (text !== undefined) says(what, sorted(expected), sorted(parseJson(text)));
  }
}

function readMetadata({ name, version }: ModelCard, model: Uint8Array): OnnxMetadata {
  try {
    return readOnnxMetadata(model);
  } catch (error) {
    const { message } = error as Error;
    throw new TypeError(`Cannot use the model ${name} ${version}: ${message}`, { cause: error });
  }
}

/** Name, number of axes, and the channels, which any length may stand for. */
function summaryOf(tensors: readonly OnnxTensor[], channels: number): unknown[] {
  const [{ name, axes } = { name: "none", axes: [] }] = tensors;
  return [name, axes.length, typeof axes[1] === "number" ? axes[1] : channels];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** An object with its fields in one order, so that texts can be compared. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1));
}
