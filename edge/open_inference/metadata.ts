/**
 * What the Open Inference Protocol tells of a model.
 *
 * @module
 */

import { tensorNames } from "../../shared/inference/tensor_names.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import { notice } from "../notice.ts";
import type { ModelMetadata } from "./schema.ts";

/** The type of a model's tensors. */
export const datatype = "FP32";

/**
 * A model's metadata. The tensors are the network's own: its input is scaled already, and at the network's
 * resolution; `parameters` says how to get there. Who wants that done uses `POST /v1/segment`.
 *
 * @returns Shapes [images, channels, height, width], -1 where any length will do.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const { inputs, parameters } = metadataOf({
 *   name: "mine",
 *   version: "1.0.0",
 *   input: { sequences: ["FLAIR"], sizeMultiple: 16 },
 *   preprocessing: { method: "percentile", low: 10, high: 99 },
 *   threshold: 0.5,
 * });
 * assert.deepEqual(inputs, [{ name: "image", datatype: "FP32", shape: [-1, 1, -1, -1] }]);
 * assert.equal(parameters.size_multiple, 16);
 * ```
 */
export function metadataOf(
  card: Pick<ModelCard, "name" | "version" | "input" | "preprocessing" | "threshold">,
): ModelMetadata {
  const { sequences, sizeMultiple, downsampling = 1 } = card.input;
  return {
    name: card.name,
    versions: [card.version],
    platform: "onnx_onnxv1",
    inputs: [{ name: tensorNames.input, datatype, shape: [-1, sequences.length, -1, -1] }],
    outputs: [{ name: tensorNames.output, datatype, shape: [-1, 1, -1, -1] }],
    parameters: {
      notice,
      axes: "images, channels, height, width",
      channels: sequences.join(", "),
      scaling: JSON.stringify(card.preprocessing),
      scaling_note:
        "The input must be scaled like this, by the percentiles of the patient's whole volume, and " +
        "then averaged over blocks of `downsampling` pixels; /v1/segment does all of it.",
      size_multiple: sizeMultiple,
      downsampling,
      output_note: "Probability of tumor from 0 to 1; a sigmoid has been applied.",
      threshold: card.threshold,
    },
  };
}
