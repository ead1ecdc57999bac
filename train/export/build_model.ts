/**
 * From a trained network to a model that can be shipped: ONNX, checked, with its card.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { ModelCard } from "../../shared/model_card.ts";
import { parseModelCard } from "../../shared/parse_model_card.ts";
import { checkImages } from "./check_images.ts";
import { exportOnnx } from "./export_onnx.ts";
import type { Model } from "./model_folder.ts";
import { type Predict, selfCheck } from "./self_check.ts";
import type { StateDict } from "../network/state_dict.ts";
import {
  countParameters,
  multiplyAdds,
  sizeMultiple,
  type UNetArchitecture,
} from "../network/unet_architecture.ts";

/** What a card says that the weights cannot tell. */
export interface ModelDescription
  extends Omit<ModelCard, "architecture" | "input" | "output" | "sha256"> {
  /** What each input channel holds. */
  readonly sequences: readonly string[];
  /** The network sees slices at a resolution smaller by this factor. @default {1} */
  readonly downsampling?: number;
}

/** A network with its weights. */
export interface TrainedNetwork {
  readonly architecture: UNetArchitecture;
  readonly weights: StateDict;
}

/** A model that is known to compute what its network does. */
export interface CheckedModel extends Model {
  /** Largest difference between a probability of the model's and of the network's. */
  readonly difference: number;
}

/**
 * Exports a network and holds the export against the network itself.
 *
 * @throws {TypeError} when the weights are not the architecture's, or the description is not a card's.
 * @throws {SelfCheckError} when the export differs from the network.
 */
export async function buildModel(
  network: TrainedNetwork,
  description: ModelDescription,
  predict: Predict,
): Promise<CheckedModel> {
  const model = exportModel(network, description);
  const images = await checkImages(description.sequences, description.preprocessing);
  return { ...model, difference: await selfCheck(model.onnx, images, predict) };
}

/** Exports a network without the check, for a look at a run that is under way. */
export function exportModel(
  { architecture, weights }: TrainedNetwork,
  description: ModelDescription,
): Model {
  const onnx = exportOnnx(architecture, weights, description);
  return { onnx, card: modelCard(architecture, description, onnx) };
}

/** The card of a network's export, checked. */
export function modelCard(
  architecture: UNetArchitecture,
  description: ModelDescription,
  onnx: Uint8Array,
): ModelCard {
  const { name, version, sequences, preprocessing, threshold, smallestComponent } = description;
  const { training, intensities, evaluation, licence, source, notFor } = description;
  const { downsampling = 1 } = description;
  return parseModelCard({
    name,
    version,
    architecture: {
      kind: "unet",
      ...architecture,
      parameters: countParameters(architecture),
      multiplyAdds: multiplyAdds(architecture, 256 / downsampling, 256 / downsampling),
    },
    input: {
      sequences,
      sizeMultiple: sizeMultiple(architecture),
      ...(downsampling > 1 && { downsampling }),
    },
    preprocessing,
    output: "probability",
    threshold,
    smallestComponent,
    training,
    ...(intensities && { intensities }),
    evaluation,
    licence,
    source,
    notFor,
    sha256: { "model.onnx": createHash("sha256").update(onnx).digest("hex") },
  });
}
