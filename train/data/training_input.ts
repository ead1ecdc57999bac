/**
 * The batches of a training: which slices, in which order, how augmented, made ahead of the engine.
 *
 * Everything that is drawn follows from the seed, the epoch and the position in the epoch, so batches are the
 * same to the bit for any number of workers, and a training can go on from any batch of any epoch.
 *
 * @module
 */
import type { Preprocessing } from "../../shared/scaling.ts";
import { allocateAligned } from "../engine/tensorflow/aligned_memory.ts";
import type { Precision } from "../engine/kernels/precision.ts";
import { groups } from "./batch.ts";
import { type Place, shareRange } from "../cluster/share.ts";
import { maskOfSlice, type PreparedPatient } from "./prepared_patient.ts";
import { assertAugmentation, type Augmentation } from "./augmentation.ts";
import type { BatchArrays, BatchRequest, BatchSettings, SliceIndex } from "./batch_maker.ts";
import type { ImageSize } from "./movement.ts";
import { inlineSource, workerSource } from "./input_workers.ts";
import { epochSlices } from "./sampler.ts";

/** How a training is fed. */
export interface InputSettings {
  /** Slices a batch; the last one of an epoch has what is left. */
  readonly batchSize: number;
  /** Fixes the order of the slices and what happens to each. */
  readonly seed: number;
  readonly augmentation: Augmentation;
  /** How a slice is scaled that comes without its volume. */
  readonly preprocessing: Preprocessing;
  /** How many times as often a slice with tumor is drawn as one without. @default {1} */
  readonly tumorWeight?: number;
  /** Size of what is looked at, a window over the head. @default the whole slice */
  readonly crop?: ImageSize;
  /** Size that this is brought to. @default the size of what is looked at */
  readonly size?: ImageSize;
  /**
   * What the network computes in. With bf16 images come rounded to bfloat16, as its first operation would round them:
   * half of what there is to hand over.
   *
   * @default {"fp32"}
   */
  readonly precision?: Precision;
  /** Threads that make batches; with 0 they are made when they are asked for. @default {1} */
  readonly workers?: number;
  /** How many batches are made ahead. @default two for each worker */
  readonly prefetch?: number;
  /**
   * The last epoch that there will be. Towards the end of each one before, workers begin with the next, so that its first
   * step has no batch to wait for; after this one they make nothing. @default {1}
   */
  readonly epochs?: number;
  /** Which of several processes this is: it gets its share of every batch, which may be empty. @default the only one */
  readonly place?: Place;
}

/** One batch. Its arrays may be overwritten as soon as the next one is asked for. */
export interface InputBatch {
  /** Scaled slices: float32, or the bits of bfloat16 where {@linkcode InputSettings.precision} is bf16. */
  readonly image: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  /** 0 or 1. */
  readonly mask: Uint8Array<ArrayBuffer>;
  /** Of `image`: [slices, height, width, sequences]. That of `mask` has 1 at the end. */
  readonly shape: readonly [number, number, number, number];
}

/** Feeds one training; belongs to it until it is closed. */
export interface TrainingInput {
  /** Slices that each epoch learns from. */
  readonly slicesPerEpoch: number;
  readonly batchesPerEpoch: number;
  /** Whether batches are made by workers, ahead; else each in line, when it is asked for. */
  readonly hasWorkers: boolean;
  /**
   * The batches of an epoch, in order. Leaving the loop early is fine.
   *
   * @param epoch From 1.
   * @param from How many batches to leave out, since they were learned from before an interruption.
   * @throws {Error} when a worker crashed, or the input is closed.
   */
  batches(epoch: number, from?: number): AsyncGenerator<InputBatch, void, void>;
  /** Ends the workers. */
  close(): void;
}

/** Batches of an epoch that nobody has asked for yet. */
interface Ahead {
  readonly epoch: number;
  /** All that the epoch still has, in order. */
  readonly requests: readonly BatchRequest[];
  /** How many of them were begun. */
  begun: number;
  /** Those of the begun that were not handed out, in order. */
  readonly made: Promise<BatchArrays>[];
}

/**
 * Starts feeding a training. Workers start at once, so open the input before the engine, which takes longer.
 *
 * @param patients To learn from, at least one. Their slices may differ in size where `size` is given.
 * @throws {RangeError} when there are no patients, a size or number is not what it must be, or slices differ
 * in size.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { referencePreprocessing as preprocessing } from "../../shared/scaling.ts";
 * import { findPatients, readPatient } from "./dataset.ts";
 * import { preparePatient } from "./prepared_patient.ts";
 * import { defaultAugmentation as augmentation } from "./augmentation.ts";
 *
 * const [files] = await findPatients("train/sample");
 * const patient = preparePatient(await readPatient(files), ["FLAIR"], preprocessing);
 * const size = { height: 128, width: 128 };
 * const settings = { batchSize: 8, seed: 42, augmentation, preprocessing, size };
 * const input = openTrainingInput([patient], settings);
 * const slices = [];
 * for await (const { shape } of input.batches(1)) slices.push(shape[0]);
 * input.close();
 * assert.deepEqual(slices, [8, 8, 4]);
 * ```
 */
export function openTrainingInput(
  patients: readonly PreparedPatient[],
  settings: InputSettings,
): TrainingInput {
  const { batchSize, workers = 1, prefetch = Math.max(2 * workers, 1) } = settings;
  const { place = { rank: 0, size: 1 }, epochs = 1, precision = "fp32" } = settings;
  assertWhole("the batch size", batchSize, 1);
  assertWhole("the number of workers", workers, 0);
  assertWhole("the number of batches made ahead", prefetch, 1);
  assertWhole("the number of epochs", epochs, 1);
  const batchSettings = batchSettingsOf(patients, settings);
  const slices = slicesOf(patients);
  const hasTumor = slices.map(({ patient, slice }) =>
    maskOfSlice(patients[patient], slice).includes(1)
  );
  const source = workers === 0
    ? inlineSource(patients, batchSettings)
    : workerSource(patients, batchSettings, workers);
  const { height, width } = batchSettings.size, channels = patients[0].sequences.length;
  const free: BatchArrays[] = [];
  /** Of the epoch after the one under way. */
  let next: Ahead | undefined;
  let closed = false;

  function requestsOf(epoch: number): BatchRequest[] {
    const order = epochSlices(hasTumor, { ...settings, epoch }).map((index) => slices[index]);
    return groups(order, batchSize).map((group, index) => {
      const [from, to] = shareRange(group.length, place);
      return { epoch, position: index * batchSize + from, slices: group.slice(from, to) };
    });
  }

  function start(request: BatchRequest): Promise<BatchArrays> {
    const made = source.make(request, free.pop() ?? newArrays());
    // Whoever waits for the batch hears of an error; nobody may be waiting yet, or any more.
    made.catch(() => {});
    return made;
  }

  function newArrays(): BatchArrays {
    const pixels = Math.min(batchSize, slices.length) * height * width, values = pixels * channels;
    const Values = precision === "bf16" ? Uint16Array : Float32Array;
    const { buffer, byteOffset } = allocateAligned(values * Values.BYTES_PER_ELEMENT);
    return { image: new Values(buffer, byteOffset, values), mask: allocateAligned(pixels) };
  }

  function openEpoch(epoch: number, from: number): Ahead {
    if (next?.epoch !== epoch || from > 0) {
      return { epoch, requests: requestsOf(epoch).slice(from), begun: 0, made: [] };
    }
    const opened = next;
    next = undefined;
    return opened;
  }

  function makeAhead(ahead: Ahead, most: number): void {
    while (ahead.begun < ahead.requests.length && ahead.made.length < most) {
      ahead.made.push(start(ahead.requests[ahead.begun++]));
    }
  }

  /** Has the workers make batches of the epoch under way, and once all of these are begun, of the next one. */
  function keepWorkersBusy(current: Ahead): void {
    makeAhead(current, prefetch);
    const { epoch, requests, begun, made } = current;
    // Without workers a batch made ahead would hold up whoever has not asked for it.
    if (begun < requests.length || epoch >= epochs || workers === 0) return;
    if (next?.epoch !== epoch + 1) {
      if (next) discard(next);
      next = openEpoch(epoch + 1, 0);
    }
    makeAhead(next, prefetch - made.length);
  }

  function discard({ made }: Ahead): void {
    for (const batch of made) batch.then((arrays) => free.push(arrays), () => {});
  }

  async function* batches(epoch: number, from = 0): AsyncGenerator<InputBatch, void, void> {
    const current = openEpoch(epoch, from);
    try {
      for (const { slices: { length } } of current.requests) {
        if (closed) throw new Error("Cannot make a batch as the input is closed");
        keepWorkersBusy(current);
        const arrays = await current.made.shift()!;
        yield {
          image: arrays.image.subarray(0, length * height * width * channels),
          mask: arrays.mask.subarray(0, length * height * width),
          shape: [length, height, width, channels],
        };
        free.push(arrays);
      }
      keepWorkersBusy(current);
    } finally {
      discard(current);
    }
  }

  return {
    slicesPerEpoch: slices.length,
    batchesPerEpoch: Math.ceil(slices.length / batchSize),
    hasWorkers: workers > 0,
    batches,
    close() {
      closed = true;
      source.close();
    },
  };
}

function slicesOf(patients: readonly PreparedPatient[]): SliceIndex[] {
  return patients.flatMap(({ volume }, patient) =>
    Array.from({ length: volume.slices }, (_, slice) => ({ patient, slice }))
  );
}

/** The settings that make batches, with every size known; checked here, where the caller sees the error. */
function batchSettingsOf(
  patients: readonly PreparedPatient[],
  { augmentation, preprocessing, crop, size: wanted, seed }: InputSettings,
): BatchSettings {
  assertAugmentation(augmentation);
  if (patients.length === 0) {
    throw new RangeError("Cannot feed a training as there must be a patient: there are none");
  }
  const { height, width } = patients[0].volume;
  const size = wanted ?? crop ?? { height, width };
  for (const length of [size.height, size.width]) assertWhole("the size", length, 1);
  const other = patients.find(({ volume }) => volume.height !== height || volume.width !== width);
  if (other && !wanted && !crop) {
    throw new RangeError(
      "Cannot feed a training as all slices must be of one size, or brought to one: " +
        `current values are ${width} x ${height} pixels in patient ${patients[0].id}, and ` +
        `${other.volume.width} x ${other.volume.height} in patient ${other.id}`,
    );
  }
  return { augmentation, preprocessing, size, crop, seed };
}

function assertWhole(what: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(
    `Cannot feed a training as ${what} must be a whole number of at least ${least}: ` +
      `current value is ${value}`,
  );
}
