/**
 * Sums over all pixels of an image, one for each channel, in two dispatches: workgroups sum up stretches of pixels,
 * then one workgroup for each channel sums up what they found. Sums of sums round less than one long sum.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { runShader, type Shader, threads } from "./shader.ts";

/** How pixels are shared out among workgroups. */
export interface Stretches {
  readonly pixels: number;
  readonly channels: number;
  /** Pixels of a workgroup; the last one may have fewer, none has nothing. */
  readonly stretch: number;
  /** How many stretches there are. */
  readonly count: number;
  /** Channels that a workgroup sees to, side by side. */
  readonly width: number;
  /** Workgroups that see to one stretch. */
  readonly blocks: number;
}

const widest = 64;

/** Stretches that keep a large GPU busy: each workgroup waits for its memory most of the time. */
const enough = 1024;

/** Pixels below which a stretch is not worth a workgroup. */
const shortest = 64;

/** Shares an image [batch, height, width, channels] out. */
export function stretchesOf(image: tf.Tensor): Stretches {
  const channels = image.shape.at(-1)!, pixels = image.size / channels;
  const stretch = Math.max(Math.ceil(pixels / enough), shortest),
    width = Math.min(channels, widest);
  return {
    pixels,
    channels,
    stretch,
    count: Math.ceil(pixels / stretch),
    width,
    blocks: Math.ceil(channels / width),
  };
}

/** What {@linkcode stretchCode} needs to know at run time, and what it depends on when it is compiled. */
export const stretchNumbers = ["pixels", "channels", "stretch", "stretches"] as const;

/** The values of {@linkcode stretchNumbers}. */
export function stretchValues({ pixels, channels, stretch, count }: Stretches) {
  return { pixels, channels, stretch, stretches: count };
}

/**
 * The frame of a shader that goes through a stretch: each invocation sees to one channel and every `rows`th pixel.
 *
 * @param visit What to do with the element `at` of the image, of channel `channel`.
 * @param merge What to do when all are done, by the first invocation of each channel: `lane` and all `lane + row *
 * width` belong to it, for `row` below `rows`. Results of `stretchIndex` go to two rows of the output.
 */
export function stretchCode(
  width: number,
  { shared, begin, visit, end, merge }: Record<
    "shared" | "begin" | "visit" | "end" | "merge",
    string
  >,
): string {
  const rows = Math.floor(threads / width);
  return `
    const width = ${width};
    const rows = ${rows};
    ${shared}
    fn main(index : i32) {
      let stretchIndex = i32(workgroupId.x) % uniforms.stretches;
      let lane = i32(localIndex) % width;
      let row = i32(localIndex) / width;
      let channel = i32(workgroupId.x) / uniforms.stretches * width + lane;
      let busy = row < rows && channel < uniforms.channels;
      let first = stretchIndex * uniforms.stretch;
      let last = min(first + uniforms.stretch, uniforms.pixels);
      ${begin}
      if (busy) {
        for (var pixel = first + row; pixel < last; pixel += rows) {
          let at = pixel * uniforms.channels + channel;
          ${visit}
        }
      }
      ${end}
      workgroupBarrier();
      if (row == 0 && busy) {
        ${merge}
      }
    }
  `;
}

const finish: Shader = {
  name: "gliomap sum of stretches",
  inputs: ["parts"],
  numbers: ["stretches", "channels", "row"],
  code: `
    var<workgroup> sums : array<f32, ${threads}>;
    fn main(index : i32) {
      let lane = i32(localIndex);
      let channel = i32(workgroupId.x);
      let column = uniforms.row * uniforms.channels + channel;
      let columns = 2 * uniforms.channels;
      var sum = 0.0;
      for (var stretch = lane; stretch < uniforms.stretches; stretch += ${threads}) {
        sum += parts[stretch * columns + column];
      }
      sums[lane] = sum;
      for (var half = ${threads / 2}; half > 0; half /= 2) {
        workgroupBarrier();
        if (lane < half) { sums[lane] += sums[lane + half]; }
      }
      if (lane == 0) { result[channel] = sums[0]; }
    }
  `,
};

/**
 * Adds up one of the two sums of all stretches.
 *
 * @param parts [stretches, 2, channels].
 * @param row Which of the two.
 * @returns [channels].
 */
export function addUpStretches(
  parts: tf.Tensor,
  { count, channels }: Stretches,
  row: 0 | 1,
): tf.Tensor {
  return runShader(finish, {
    inputs: [parts],
    numbers: { stretches: count, channels, row },
    outputShape: [channels],
    workgroups: channels,
  });
}
