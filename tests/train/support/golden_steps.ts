/** What PyTorch made of ten training steps: the network before, the batch, the losses, the network after. */
import { readFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { readSafetensors } from "../../../train/storage/safetensors.ts";
import type { StateDict } from "../../../train/network/state_dict.ts";

const golden = new URL("../../golden/", import.meta.url);
const { tensors } = readSafetensors(await readFile(new URL("train_steps.safetensors", golden)));

/** The ten losses, each before its step. */
export const goldenLosses: number[] =
  JSON.parse(await readFile(new URL("train_steps.json", golden), "utf8")).losses;

export const goldenArchitecture = { inputChannels: 3, outputChannels: 1, features: 8, depth: 4 };

export const goldenLearningRate = 1e-3;

/** The golden tensors whose names begin so, without that beginning. */
export function goldenStateDict(prefix: "start." | "grad0." | "end."): StateDict {
  const named = [...tensors].filter(([name, { dtype }]) =>
    name.startsWith(prefix) && dtype === "F32"
  );
  return new Map(
    named.map(([name, { shape, data }]) => [
      name.slice(prefix.length),
      { shape, data: data as Float32Array },
    ]),
  );
}

/** [batch, channels, height, width] as the engine's [batch, height, width, channels]. */
function channelsLast(name: string): tf.Tensor4D {
  const { shape, data } = tensors.get(name)!;
  return tf.tidy(() =>
    tf.transpose(
      tf.tensor4d(data as Float32Array, shape as [number, number, number, number]),
      [0, 2, 3, 1],
    )
  );
}

/** The batch of all ten steps: eight slices of 64x64. */
export function goldenBatch() {
  return { image: channelsLast("batch.image"), mask: channelsLast("batch.mask") };
}
