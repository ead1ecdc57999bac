/**
 * Checkpoints: a network's weights in a safetensors file under their PyTorch names, with everything in the
 * file's metadata that is needed to run it or to say where it comes from.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import type { Preprocessing } from "../../shared/scaling.ts";
import type { Sequence } from "../../shared/sequence.ts";
import { assertWeights } from "../network/assert_weights.ts";
import { assertChecksum, withChecksum } from "../storage/checksum.ts";
import { readSafetensors, type SafeTensor, writeSafetensors } from "../storage/safetensors.ts";
import type { StateDict } from "../network/state_dict.ts";
import { parseFeatures, type UNetArchitecture } from "../network/unet_architecture.ts";
import { writeWholeFile } from "../storage/write_whole_file.ts";

/** Everything a checkpoint holds. */
export interface Checkpoint {
  readonly architecture: UNetArchitecture;
  readonly weights: StateDict;
  /** What each input channel holds. */
  readonly sequences: readonly Sequence[];
  readonly preprocessing: Preprocessing;
  /** The network sees slices at a resolution smaller by this factor. */
  readonly downsampling: number;
  /** Figures of the moment it was taken, such as `epoch` and `validationLoss`. */
  readonly figures: Readonly<Record<string, number>>;
}

/** How a checkpoint keeps the kernels of its convolutions: exactly, or in half the size, rounded to 11 bits. */
export type KernelPrecision = "F32" | "F16";

/**
 * Writes a checkpoint, whole or not at all.
 *
 * @throws {TypeError} when the weights are not the architecture's, or not finite.
 */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await writeWholeFile(path, encodeCheckpoint(checkpoint));
}

/**
 * Reads a checkpoint.
 *
 * @throws {Error} naming the file, when it is damaged or is not a checkpoint of ours.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const { architecture } = await readCheckpoint("edge/models/preview/weights.safetensors");
 * assert.equal(architecture.separable, true);
 * await assert.rejects(readCheckpoint("README.md"), /^Error: Cannot read the checkpoint README.md: /);
 * ```
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  try {
    return decodeCheckpoint(await readFile(path));
  } catch (error) {
    throw new Error(`Cannot read the checkpoint ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * A checkpoint as the bytes of its file. The architecture's names in the metadata are the reference
 * method's: `in_channels`, `out_channels`, `n_features`, `depth`; `separable` is there where it is true.
 *
 * @throws {TypeError} when the weights are not the architecture's, or not finite.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { referencePreprocessing } from "../../shared/scaling.ts";
 * import { unetWeights } from "../network/unet_architecture.ts";
 * const architecture = { inputChannels: 1, outputChannels: 1, features: 1, depth: 2 };
 * const weights = new Map(unetWeights(architecture).map(({ name, shape }) => {
 *   const size = shape.reduce((product, length) => product * length, 1);
 *   return [name, { shape, data: new Float32Array(size) }];
 * }));
 * const checkpoint: Checkpoint = {
 *   architecture,
 *   weights,
 *   sequences: ["FLAIR"],
 *   preprocessing: referencePreprocessing,
 *   downsampling: 1,
 *   figures: { epoch: 3, validationLoss: 0.25 },
 * };
 * assert.deepEqual(decodeCheckpoint(encodeCheckpoint(checkpoint)), checkpoint);
 * ```
 */
export function encodeCheckpoint(
  checkpoint: Checkpoint,
  kernels: KernelPrecision = "F32",
): Uint8Array<ArrayBuffer> {
  const { architecture, weights, sequences, preprocessing, downsampling, figures } = checkpoint;
  assertWeights(architecture, weights);
  const tensors = new Map<string, SafeTensor>();
  for (const [name, { shape, data }] of weights) {
    // Statistics may be larger than a 16-bit float can be, and are few.
    tensors.set(
      name,
      kernels === "F16" && shape.length === 4
        ? { dtype: "F16", shape, data: halfFloats(data) }
        : { dtype: "F32", shape, data },
    );
  }
  const metadata = {
    in_channels: String(architecture.inputChannels),
    out_channels: String(architecture.outputChannels),
    n_features: String(architecture.features),
    depth: String(architecture.depth),
    ...(architecture.separable && { separable: "true" }),
    sequences: JSON.stringify(sequences),
    preprocessing: JSON.stringify(preprocessing),
    downsampling: String(downsampling),
    figures: JSON.stringify(figures),
  };
  return writeSafetensors(tensors, withChecksum({ tensors, metadata }));
}

/**
 * A checkpoint from the bytes of its file.
 *
 * @throws {SafetensorsError} when the file is damaged.
 * @throws {TypeError} when its metadata are missing, or its weights are not those of its architecture.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * const bytes = await readFile("edge/models/preview/weights.safetensors");
 * const { sequences, downsampling } = decodeCheckpoint(bytes);
 * assert.deepEqual(sequences, ["pre-contrast", "FLAIR", "post-contrast"]);
 * assert.equal(downsampling, 2);
 * bytes[bytes.length - 1] ^= 1;
 * assert.throws(() => decodeCheckpoint(bytes));
 * ```
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const content = readSafetensors(bytes), { tensors, metadata } = content;
  assertChecksum(content);
  const text = (key: string): string => {
    const value = metadata[key];
    if (value === undefined) {
      throw new TypeError(`Cannot read a checkpoint as its metadata must hold ${key}`);
    }
    return value;
  };
  const architecture: UNetArchitecture = {
    inputChannels: Number(text("in_channels")),
    outputChannels: Number(text("out_channels")),
    features: parseFeatures(text("n_features")),
    depth: Number(text("depth")),
    ...(metadata.separable === "true" && { separable: true }),
  };
  const weights = floatTensors(tensors);
  assertWeights(architecture, weights);
  return {
    architecture,
    weights,
    sequences: JSON.parse(text("sequences")),
    preprocessing: JSON.parse(text("preprocessing")),
    downsampling: Number(text("downsampling")),
    figures: JSON.parse(text("figures")),
  };
}

/** The bits of the numbers as 16-bit floats. */
function halfFloats(data: Float32Array): Uint16Array {
  return new Uint16Array(Float16Array.from(data).buffer);
}

/** The 32- and 16-bit floats among tensors; a network has no other weights. */
export function floatTensors(tensors: ReadonlyMap<string, SafeTensor>): StateDict {
  const weights: StateDict = new Map();
  for (const [name, { dtype, shape, data }] of tensors) {
    if (dtype === "F32") weights.set(name, { shape, data });
    if (dtype === "F16") {
      weights.set(name, { shape, data: Float32Array.from(new Float16Array(data.buffer)) });
    }
  }
  return weights;
}
