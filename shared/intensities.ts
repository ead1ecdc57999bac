/**
 * Whether a picture's intensities are like those a model was trained on. MRI has no unit, so only what a factor does
 * not change is compared: how much of the picture is head, and how its values are spread below their top.
 *
 * @module
 */

import { orderChannels, type OrderedValues } from "./percentile.ts";
import { isSequence, sequences } from "./sequence.ts";
import { type PixelData, sliceOf, type Volume } from "./volume.ts";

/** What is measured of one channel of a slice or a volume. */
export interface Intensities {
  /** Share of pixels over 0.12 of the top, the 99th percentile; 0 where the channel is constant. */
  readonly head: number;
  /** The head's 10th percentile, as a share of the top. */
  readonly dark: number;
  /** The head's median, as a share of the top. */
  readonly median: number;
  /** The head's 90th percentile, as a share of the top. */
  readonly bright: number;
}

/** Mean and standard deviation of one measure over patients or slices. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** What is usual for one channel. */
export type UsualIntensities = Readonly<Record<keyof Intensities, Spread>>;

/** What a model card says of the data that the model was trained on; channels in the order of the model's input. */
export interface IntensityCard {
  /** Who was measured. */
  readonly patients: string;
  /** Of whole volumes. */
  readonly volumes: readonly UsualIntensities[];
  /** Of slices on which at least a twentieth is head. */
  readonly slices: readonly UsualIntensities[];
}

/** The names of what is measured, in words. */
export const intensityNames: Readonly<Record<keyof Intensities, string>> = {
  head: "the share of the picture that is head",
  dark: "the darker part of the head",
  median: "the head's median",
  bright: "the brighter part of the head",
};

/** As in foreground scaling: below this share of the top is air. */
const air = 0.12;

/** Of a slice: less than this is head only where the brain has ended. */
const leastHead = 0.05;

/**
 * Standard deviations from the mean beyond which something is unusual. Of fifty patients of the published data, each
 * judged by the forty of other folds, two are, and two in a hundred of their slices.
 */
const farAway = 5;

const nothing: Intensities = { head: 0, dark: 0, median: 0, bright: 0 };

/**
 * Measures every channel of a slice [height, width, channels] or a volume [slices, height, width, channels].
 *
 * @returns One for each channel; all 0 where a channel is constant or not over 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const data = new Uint8Array([0, 0, 0, 0, 0, 50, 50, 50, 100, 100]);
 * const [{ head, median }] = measureIntensities({ data, channels: 1 });
 * assert.deepEqual([head, median], [0.5, 0.5]);
 * ```
 */
export function measureIntensities(
  picture: { readonly data: PixelData; readonly channels: number },
): Intensities[] {
  return orderChannels(picture).map(channelIntensities);
}

/**
 * Measures one channel whose values are in order, for who asks them for more than that.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { orderChannels } from "./percentile.ts";
 * const [black] = orderChannels({ data: new Uint8Array(4), channels: 1 });
 * assert.equal(channelIntensities(black).head, 0);
 * ```
 */
export function channelIntensities(values: OrderedValues): Intensities {
  const [least, top, most] = values.percentiles([0, 99, 100]);
  if (!(top > 0) || least === most) return nothing;
  const head = values.above(air * top), [dark, median, bright] = head.percentiles([10, 50, 90]);
  return {
    head: head.count / values.count,
    dark: dark / top,
    median: median / top,
    bright: bright / top,
  };
}

/**
 * Whether a slice shows enough of a head to be measured for a card.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(showsHead(measureIntensities({ data: new Uint8Array(9), channels: 1 })), false);
 * ```
 */
export function showsHead(measured: readonly Intensities[]): boolean {
  return measured.every(({ head }) => head >= leastHead);
}

/**
 * What is usual for pictures that were measured, one array of channels each: a part of a model's card.
 *
 * @throws {RangeError} when there are none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const measured = [0.2, 0.4].map((head) => [{ head, dark: 0.3, median: 0.5, bright: 0.8 }]);
 * const [{ head }] = usualIntensities(measured);
 * assert.ok(Math.abs(head.mean - 0.3) < 1e-12 && Math.abs(head.deviation - 0.1) < 1e-12);
 * ```
 */
export function usualIntensities(
  measured: readonly (readonly Intensities[])[],
): UsualIntensities[] {
  if (measured.length === 0) {
    throw new RangeError("Cannot tell what is usual as there must be pictures: there are none");
  }
  return measured[0].map((_, channel) => {
    const spread = (name: keyof Intensities) => spreadOf(measured.map((one) => one[channel][name]));
    return {
      head: spread("head"),
      dark: spread("dark"),
      median: spread("median"),
      bright: spread("bright"),
    };
  });
}

/**
 * What a model's card says of the intensities it was trained on: `intensities` in `card.json`. Call it where a model
 * is exported, with the volumes of its training patients as they were read, unscaled.
 *
 * @param patients Who they are, in words.
 * @param volumes Axes [slices, height, width, channels], with all {@linkcode sequences} or the model's own alone.
 * @param names The sequences that the model takes, in order.
 * @throws {RangeError} when there are no volumes, or no slice shows a head.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const data = Uint8Array.from({ length: 300 }, (_, index) => index % 30 < 15 ? 0 : index % 200);
 * const volume = { data, slices: 4, height: 5, width: 5, channels: 3 };
 * const card = await intensityCard("one patient", [volume], ["FLAIR"]);
 * assert.equal(card.volumes.length, 1);
 * assert.equal(card.volumes[0].head.deviation, 0);
 * ```
 */
export async function intensityCard(
  patients: string,
  volumes: AsyncIterable<Volume> | Iterable<Volume>,
  names: readonly string[],
): Promise<IntensityCard> {
  const whole: Intensities[][] = [], slices: Intensities[][] = [];
  for await (const volume of volumes) {
    whole.push(pickSequences(measureIntensities(volume), names));
    for (let index = 0; index < volume.slices; index++) {
      const measured = pickSequences(measureIntensities(sliceOf(volume, index)), names);
      if (showsHead(measured)) slices.push(measured);
    }
  }
  return { patients, volumes: usualIntensities(whole), slices: usualIntensities(slices) };
}

/**
 * The channels that a model looks at, of all {@linkcode sequences} or of those alone.
 *
 * @param names What the model takes, in order.
 * @throws {TypeError} when there are as many channels as neither, or one of all is asked for that is not among them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(pickSequences(["t1", "flair", "t1c"], ["FLAIR"]), ["flair"]);
 * assert.deepEqual(pickSequences(["t2"], ["T2"]), ["t2"]);
 * ```
 */
export function pickSequences<Measure>(
  channels: readonly Measure[],
  names: readonly string[],
): Measure[] {
  if (channels.length === names.length) return [...channels];
  if (channels.length !== sequences.length || !names.every(isSequence)) {
    throw new TypeError(
      `Cannot pick ${
        names.join(", ")
      } as there must be a channel for each of them, or for each of ` +
        `${sequences.join(", ")}: current value is ${channels.length} channel${
          channels.length === 1 ? "" : "s"
        }`,
    );
  }
  return names.map((name) => channels[sequences.indexOf(name)]);
}

function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(square) };
}

/**
 * Why a picture's intensities are unusual, a sentence for each channel that is; none where they are not. A constant
 * channel is always named.
 *
 * @param names What the channels hold.
 * @param usual Of slices or of volumes, whichever was measured; absent where the card does not say.
 * @throws {TypeError} when names or usual intensities are not one for each channel.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const measured = measureIntensities({ data: new Uint8Array([7, 7, 7]), channels: 1 });
 * assert.deepEqual(intensityWarnings(measured, ["FLAIR"]), [
 *   "FLAIR is constant: it shows nothing.",
 * ]);
 * ```
 */
export function intensityWarnings(
  measured: readonly Intensities[],
  names: readonly string[],
  usual?: readonly UsualIntensities[],
): string[] {
  for (const list of [names, usual ?? names]) {
    if (list.length === measured.length) continue;
    throw new TypeError(
      `Cannot judge intensities as there must be one entry for each of ${measured.length} channels: ` +
        `current value is ${list.length}`,
    );
  }
  return measured.flatMap((found, channel) => {
    if (found.head === 0) return [`${names[channel]} is constant: it shows nothing.`];
    const far = usual ? unusual(found, usual[channel]) : [];
    return far.length === 0
      ? []
      : [`${names[channel]} is unlike what the model was trained on: ${far.join("; ")}.`];
  });
}

function unusual(found: Intensities, usual: UsualIntensities): string[] {
  return (Object.keys(intensityNames) as (keyof Intensities)[]).flatMap((name) => {
    const { mean, deviation } = usual[name];
    if (Math.abs(found[name] - mean) <= farAway * deviation) return [];
    return [`${intensityNames[name]} is ${found[name].toFixed(2)}, usual is ${mean.toFixed(2)}`];
  });
}
