/**
 * What every ONNX file of ours has in common, whatever it computes in: names, axes, and what it says of itself.
 *
 * @module
 */
import { tensorNames } from "../../shared/inference/tensor_names.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import type { UNetArchitecture } from "../network/unet_architecture.ts";
import type { GraphValue, OnnxGraph } from "./onnx_graph.ts";

/** What the file says about itself beside the weights, so that it can be used right without its card. */
export interface OnnxMetadata extends Pick<ModelCard, "preprocessing" | "threshold" | "licence"> {
  /** Which sequence each input channel takes, such as `["FLAIR"]`. */
  readonly sequences: readonly string[];
}

/** The network's input, [N, C, H, W]; batch, height and width are free. */
export function inputOf({ inputChannels }: UNetArchitecture): GraphValue {
  return { name: tensorNames.input, axes: ["batch", inputChannels, "height", "width"] };
}

/** The file of a finished graph: input `image` [N, C, H, W], output `probability` [N, 1, H, W], both floats. */
export function encodeUNet(
  graph: OnnxGraph,
  architecture: UNetArchitecture,
  { preprocessing, sequences, threshold, licence }: OnnxMetadata,
): Uint8Array<ArrayBuffer> {
  return graph.encode(
    inputOf(architecture),
    [{ name: tensorNames.output, axes: ["batch", architecture.outputChannels, "height", "width"] }],
    {
      graphName: "unet",
      producer: "gliomap",
      metadata: {
        architecture: JSON.stringify({ kind: "unet", ...architecture }),
        preprocessing: JSON.stringify(preprocessing),
        sequences: JSON.stringify(sequences),
        threshold: String(threshold),
        licence,
      },
    },
  );
}
