/**
 * A model's outlines of a patient: as it is used, and in other ways that it could be.
 *
 * @module
 */
import { cleanUp } from "../../shared/inference/clean_up.ts";
import type { Engine } from "../../shared/inference/engine.ts";
import { segmentSlice } from "../../shared/inference/segment_slice.ts";
import { segmentVolume } from "../../shared/inference/segment_volume.ts";
import type { SegmentOptions } from "../../shared/inference/worker_pool.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import { type ChannelScaling, volumeScaling } from "../../shared/scaling.ts";
import { pickChannels, sequences } from "../../shared/sequence.ts";
import { threshold } from "../../shared/threshold.ts";
import {
  type Mask,
  type ProbabilityMap,
  type Slice,
  sliceOf,
  sliceOfMask,
  type Volume,
} from "../../shared/volume.ts";
import { volumeOfSequences } from "../../shared/volume_of_sequences.ts";
import type { Variant } from "./variant.ts";

/** A model that is loaded. */
export interface LoadedModel {
  readonly engine: Engine;
  readonly card: ModelCard;
}

/** What a piece has to have of the largest one's size, where small ones are left out and the card keeps them. */
const usualShare = 0.5;

/** As models are used. */
const byVolume = { scaling: "volume", flips: false, pieces: "volume" } as const;

/** A patient's volume as a model sees it. */
export interface SegmentedVolume {
  /** Shape [slices, height, width]. */
  readonly probability: ProbabilityMap;
  /** With the threshold and the clean-up of the model's card. */
  readonly mask: Mask;
}

/** Segments a patient as the command line and the edge do: scaled by the whole volume, cleaned as a whole. */
export async function segmentPatient(model: LoadedModel, volume: Volume): Promise<SegmentedVolume> {
  const { engine, card } = model, probability = emptyMap(volume);
  const lone = {
    segment: (slice: Slice, { scaling }: SegmentOptions = {}) =>
      segmentSlice(engine, card, slice, scaling),
  };
  const mask = await segmentVolume(lone, card, volume, {
    onSlice: (index, { probability: { data } }) => probability.data.set(data, index * data.length),
  });
  return { probability, mask };
}

function emptyMap({ slices, height, width }: Volume): ProbabilityMap {
  return { data: new Float32Array(slices * height * width), shape: [slices, height, width] };
}

/** The outlines of each variant. */
export interface VariantMask {
  readonly variant: Variant;
  readonly mask: Mask;
}

/**
 * Segments a patient in every way: with and without flips (volumes alone), and the slices each on its own; of each
 * the outline as the threshold has it and without small pieces; of the volume as it is, the largest component alone
 * too; and from FLAIR alone, where the model takes FLAIR among others, cleaned up as the card says. The network runs
 * three times more for each slice.
 *
 * Slices on their own are what they are when each comes alone, cleaned without those around: `segmentSlice` without
 * a scaling gives the same outlines, where the card leaves small pieces out. The same slices cleaned as a volume
 * tell what their scaling alone costs.
 *
 * @param probability The patient's as {@linkcode segmentPatient} gives it.
 */
export async function segmentVariants(
  model: LoadedModel,
  volume: Volume,
  probability: ProbabilityMap,
): Promise<VariantMask[]> {
  const scaling = volumeScaling(volume, model.card.preprocessing);
  const mirrored = await probabilityOf(model, volume, mirror, scaling);
  const lone = await probabilityOf(model, volume, (slice) => slice);
  const { threshold: at, smallestComponent, input: { sequences: taken } } = model.card;
  const share = smallestComponent || usualShare, loneMask = threshold(lone, at);
  return [
    ...cleaned(byVolume, threshold(probability, at), [0, share, 1]),
    ...cleaned(
      { ...byVolume, flips: true },
      threshold(averageWithMirrored(probability, mirrored), at),
      [0, share],
    ),
    ...cleaned({ ...byVolume, scaling: "slice", pieces: "slice" }, loneMask, [0, share]),
    ...cleaned({ ...byVolume, scaling: "slice" }, loneMask, [share]),
    ...(taken.length > 1 && taken.includes("FLAIR") ? [await fromFlairAlone(model, volume)] : []),
  ];
}

async function fromFlairAlone(model: LoadedModel, volume: Volume): Promise<VariantMask> {
  const { card } = model,
    flair = volumeOfSequences({
      FLAIR: pickChannels(volume, [sequences.indexOf("FLAIR")]),
    });
  const scaling = volumeScaling(flair, card.preprocessing);
  const probability = await probabilityOf(model, flair, (slice) => slice, scaling);
  return {
    variant: {
      ...byVolume,
      smallestComponent: card.smallestComponent,
      flairAlone: true,
    },
    mask: cleanUp(card, threshold(probability, card.threshold)),
  };
}

/** An outline without its pieces under a share of the largest, for each share once. */
function cleaned(
  how: Pick<Variant, "scaling" | "flips" | "pieces">,
  mask: Mask,
  shares: readonly number[],
): VariantMask[] {
  const clean = how.pieces === "slice" ? cleanUpEachSlice : cleanUp;
  return [...new Set(shares)].map((smallestComponent) => ({
    variant: { ...how, smallestComponent, flairAlone: false },
    mask: clean({ smallestComponent }, mask),
  }));
}

/** The mask of a volume whose slices are cleaned as lone ones are: no slice knows of those around it. */
function cleanUpEachSlice(card: Pick<ModelCard, "smallestComponent">, mask: Mask): Mask {
  const data = new Uint8Array(mask.data.length), [slices] = mask.shape;
  for (let index = 0; index < slices; index++) {
    const slice = cleanUp(card, sliceOfMask(mask, index));
    data.set(slice.data, index * slice.data.length);
  }
  return { data, shape: mask.shape };
}

async function probabilityOf(
  { engine, card }: LoadedModel,
  volume: Volume,
  change: (slice: Slice) => Slice,
  scaling?: readonly ChannelScaling[],
): Promise<ProbabilityMap> {
  const map = emptyMap(volume);
  for (let index = 0; index < volume.slices; index++) {
    const slice = change(sliceOf(volume, index));
    const { probability: { data } } = await segmentSlice(engine, card, slice, scaling);
    map.data.set(data, index * data.length);
  }
  return map;
}

/**
 * A slice's mirror image: what was left is right.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const slice = { data: new Uint8Array([1, 2, 3, 4]), height: 1, width: 2, channels: 2 };
 * assert.deepEqual(mirror(slice).data, new Uint8Array([3, 4, 1, 2]));
 * ```
 */
export function mirror(slice: Slice): Slice {
  const { height, width, channels } = slice;
  const data = slice.data.slice();
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (row * width + column) * channels;
      const to = (row * width + width - 1 - column) * channels;
      for (let channel = 0; channel < channels; channel++) {
        data[to + channel] = slice.data[from + channel];
      }
    }
  }
  return { ...slice, data };
}

/** The mean of probabilities and those of the mirror image, turned back. */
function averageWithMirrored(
  { data, shape }: ProbabilityMap,
  { data: mirrored }: ProbabilityMap,
): ProbabilityMap {
  const width = shape.at(-1)!;
  const mean = data.map((p, voxel) => {
    const column = voxel % width;
    return (p + mirrored[voxel - column + width - 1 - column]) / 2;
  });
  return { data: mean, shape };
}
