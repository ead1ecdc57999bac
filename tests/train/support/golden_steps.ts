/** What PyTorch made of ten training steps: the network before, the batch, the losses, the network after. */
import { readFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { readSafetensors, type SafeTensor } from "../../../train/storage/safetensors.ts";
import type { StateDict } from "../../../train/network/state_dict.ts";
import type { UNetArchitecture } from "../../../train/network/unet_architecture.ts";

const golden = new URL("../../golden/", import.meta.url);

/** Ten steps with one batch. */
export class GoldenSteps {
  readonly architecture: UNetArchitecture;
  readonly learningRate = 1e-3;
  /** Each before its step. */
  readonly losses: readonly number[];
  readonly #tensors: ReadonlyMap<string, SafeTensor>;

  constructor(json: string, tensors: Uint8Array) {
    const { model, losses } = JSON.parse(json);
    this.losses = losses;
    this.architecture = {
      inputChannels: model.in_channels,
      outputChannels: model.out_channels,
      features: model.n_features,
      depth: model.depth,
      ...(model.separable && { separable: true }),
    };
    this.#tensors = readSafetensors(tensors).tensors;
  }

  /** The tensors whose names begin so, without that beginning. */
  stateDict(prefix: "start." | "grad0." | "end."): StateDict {
    const named = [...this.#tensors].filter(([name, { dtype }]) =>
      name.startsWith(prefix) && dtype === "F32"
    );
    return new Map(
      named.map(([name, { shape, data }]) => [
        name.slice(prefix.length),
        { shape, data: data as Float32Array },
      ]),
    );
  }

  /** The batch of all ten steps: slices [batch, height, width, channels] and their masks. */
  batch() {
    return { image: this.#channelsLast("batch.image"), mask: this.#channelsLast("batch.mask") };
  }

  /** [batch, channels, height, width] as the engine's [batch, height, width, channels]. */
  #channelsLast(name: string): tf.Tensor4D {
    const { shape, data } = this.#tensors.get(name)!;
    return tf.tidy(() =>
      tf.transpose(
        tf.tensor4d(data as Float32Array, shape as [number, number, number, number]),
        [0, 2, 3, 1],
      )
    );
  }
}

async function read(name: string): Promise<GoldenSteps> {
  const [json, tensors] = await Promise.all([
    readFile(new URL(`${name}.json`, golden), "utf8"),
    readFile(new URL(`${name}.safetensors`, golden)),
  ]);
  return new GoldenSteps(json, tensors);
}

/** Of the reference method's network, smaller: eight slices of 64x64. */
export const goldenSteps: GoldenSteps = await read("train_steps");

/** Of a network with separable convolutions: two slices of 24x16. */
export const separableSteps: GoldenSteps = await read("separable_steps");
