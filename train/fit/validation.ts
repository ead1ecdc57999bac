/**
 * How well the network does, while it trains, on patients it does not learn from.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { confusionCounts } from "../../shared/confusion.ts";
import { diceFromCounts } from "../../shared/dice.ts";
import { diceLoss } from "../../shared/dice_loss.ts";
import { cleanUp } from "../../shared/inference/clean_up.ts";
import { fittedImage, type NetworkImage } from "../../shared/inference/network_input.ts";
import { probabilityOfSlice } from "../../shared/inference/network_output.ts";
import { decodeRunLength, encodeRunLength, type RunLengthMask } from "../../shared/run_length.ts";
import { threshold, usualThreshold } from "../../shared/threshold.ts";
import type { Mask, ProbabilityMap } from "../../shared/volume.ts";
import { allSlices, groupsOfOneSize, type SliceReference } from "../data/batch.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { shareRange } from "../cluster/share.ts";
import type { FlatWeights, Network } from "../network/network.ts";
import { sizeMultiple } from "../network/unet_architecture.ts";
import { hearSignals } from "../terminal/hear_signals.ts";
import { maskOfSlice, type PreparedPatient, selectedSlice } from "../data/prepared_patient.ts";

/** What a pass over the validation patients found. */
export interface Validation {
  /** Mean Dice loss of the batches, as the reference method reports it. */
  readonly loss: number;
  /** Volume Dice by patient at threshold 0.5, cleaned up; NaN where neither prediction nor reference has tumor. */
  readonly dice: ReadonlyMap<string, number>;
  /** Mean of the patients' volume Dice, NaN ones left out. */
  readonly meanDice: number;
}

/** How the network is to be measured. */
export interface ValidationSettings {
  readonly batchSize: number;
  /** The network sees slices at a resolution smaller by this factor. */
  readonly downsampling: number;
  /** How outlines are cleaned up, as the model's card will say it. */
  readonly smallestComponent: number;
}

/** Processes that measure a part of the batches each. */
export type ValidationCluster = Pick<Cluster, "rank" | "size" | "exchange">;

const alone: ValidationCluster = {
  rank: 0,
  size: 1,
  exchange: (value) => Promise.resolve([value]),
};

/** What some of the batches came to. */
interface Measurements {
  readonly losses: number[];
  /** Outlines as the threshold has them, short enough to be sent to other processes. */
  readonly masks: [patient: string, slice: number, mask: RunLengthMask][];
}

/** Probabilities of slices of one size at their own resolution, [slices, height, width], as an exported model's. */
async function predict(
  network: Network,
  weights: FlatWeights,
  slices: readonly SliceReference[],
  downsampling: number,
): Promise<ProbabilityMap> {
  const fit = { sizeMultiple: sizeMultiple(network.architecture), downsampling };
  const images = slices.map(({ patient, index }) =>
    fittedImage(fit, selectedSlice(patient, index), patient.scaling)
  );
  const { shape } = images[0], [, , rows, columns] = shape, pixels = rows * columns;
  const output = tf.tidy(() => network.probability(channelsLast(images), weights));
  try {
    const seen = await output.data() as Float32Array;
    const { height, width } = slices[0].patient.volume;
    const data = new Float32Array(slices.length * height * width);
    for (let place = 0; place < slices.length; place++) {
      const map = seen.subarray(place * pixels, (place + 1) * pixels);
      const ofSlice = probabilityOfSlice(map, shape, { height, width }, downsampling);
      data.set(ofSlice.data, place * height * width);
    }
    return { data, shape: [slices.length, height, width] };
  } finally {
    output.dispose();
  }
}

/** Images of one size on the engine, [images, height, width, channels]. */
function channelsLast(images: readonly NetworkImage[]): tf.Tensor4D {
  const [, channels, rows, columns] = images[0].shape;
  const planar = new Float32Array(images.length * channels * rows * columns);
  for (const [place, { data }] of images.entries()) planar.set(data, place * data.length);
  return tf.transpose(tf.tensor4d(planar, [images.length, channels, rows, columns]), [0, 2, 3, 1]);
}

/** The references of slices of one size, [slices, height, width]. */
function referenceOf(slices: readonly SliceReference[]): Mask {
  const { height, width } = slices[0].patient.volume;
  const data = new Uint8Array(slices.length * height * width);
  for (const [place, { patient, index }] of slices.entries()) {
    data.set(maskOfSlice(patient, index), place * height * width);
  }
  return { data, shape: [slices.length, height, width] };
}

/** Mean of the numbers that are numbers; NaN when none is. */
function meanOfNumbers(values: Iterable<number>): number {
  const numbers = [...values].filter((value) => !Number.isNaN(value));
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

/**
 * Predicts every slice of the patients, of any size: those that the network cannot halve are filled up as
 * `networkInput` does it, and batches are of slices of one size.
 *
 * @param weights The network's weights, or an average of them.
 * @param onBatch Called after each batch with the number of slices in it; an error thrown ends the validation.
 * @param cluster Given where several processes have the same network: each measures its share of the batches, and
 * all of them get the same result.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { referencePreprocessing } from "../../shared/scaling.ts";
 * import { countChannels } from "../../shared/value_counts.ts";
 * import { preparePatient } from "../data/prepared_patient.ts";
 * import { openBackend } from "../engine/backend.ts";
 * import { initialWeights } from "../network/initialization.ts";
 * import { Network } from "../network/network.ts";
 *
 * const volume = { data: new Uint8Array(768).fill(9, 99), slices: 1, height: 16, width: 16, channels: 3 };
 * const mask = { data: new Uint8Array(256).fill(1, 99), shape: [1, 16, 16] };
 * const valueCounts = countChannels(volume);
 * const patient = { id: "P1", volume, mask, digest: "", valueCounts, sliceNumbers: [1] };
 * const patients = [preparePatient(patient, ["FLAIR"], referencePreprocessing)];
 * const architecture = { inputChannels: 1, outputChannels: 1, features: 1, depth: 2 };
 * const { kernels } = await openBackend("cpu");
 * const network = new Network(architecture, kernels, initialWeights(architecture, 42));
 * const settings = { batchSize: 8, downsampling: 1, smallestComponent: 0 };
 * const { loss, dice } = await validate(network, network, patients, settings);
 * network.dispose();
 * assert.ok(loss > 0 && loss < 1);
 * assert.deepEqual([...dice.keys()], ["P1"]);
 * ```
 */
export async function validate(
  network: Network,
  weights: FlatWeights,
  patients: readonly PreparedPatient[],
  { batchSize, downsampling, smallestComponent }: ValidationSettings,
  onBatch: (slices: number) => void = () => {},
  cluster: ValidationCluster = alone,
): Promise<Validation> {
  const own: Measurements = { losses: [], masks: [] };
  const batches = groupsOfOneSize(allSlices(patients), batchSize);
  for (const slices of batches.slice(...shareRange(batches.length, cluster))) {
    const probability = await predict(network, weights, slices, downsampling);
    const reference = referenceOf(slices), [, height, width] = reference.shape;
    const pixels = height * width;
    own.losses.push(diceLoss(probability, reference));
    const prediction = threshold(probability, usualThreshold);
    for (const [place, { patient, index }] of slices.entries()) {
      const data = prediction.data.subarray(place * pixels, (place + 1) * pixels);
      own.masks.push([patient.id, index, encodeRunLength({ data, shape: [height, width] })]);
    }
    await hearSignals();
    onBatch(slices.length);
  }
  return summarize(await cluster.exchange(own), patients, smallestComponent);
}

/** What all batches came to, whoever measured them. */
function summarize(
  parts: readonly Measurements[],
  patients: readonly PreparedPatient[],
  smallestComponent: number,
): Validation {
  const masks = parts.flatMap(({ masks }) => masks);
  const dice = new Map(patients.map((patient) => {
    const outline = cleanUp({ smallestComponent }, wholeMask(patient, masks));
    const reference = referenceOf(allSlices([patient]));
    return [patient.id, diceFromCounts(confusionCounts(outline, reference))];
  }));
  const loss = meanOfNumbers(parts.flatMap(({ losses }) => losses));
  return { loss, dice, meanDice: meanOfNumbers(dice.values()) };
}

/** A patient's outline, [slices, height, width], from those of its slices. */
function wholeMask({ id, volume }: PreparedPatient, masks: Measurements["masks"]): Mask {
  const { slices, height, width } = volume, shape = [slices, height, width];
  const data = new Uint8Array(slices * height * width);
  for (const [patient, slice, mask] of masks) {
    if (patient === id) data.set(decodeRunLength(mask).data, slice * height * width);
  }
  return { data, shape };
}
