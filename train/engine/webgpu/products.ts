/**
 * Products of an image and the gradient of what a convolution made of it, for any number of channels: summed over all
 * pixels they are the gradients by weight and bias.
 *
 * @module
 */
import type { Shader } from "./shader.ts";
import { lines } from "./shader_lines.ts";

/** Channels of the image and of the gradient that a workgroup sees to: two of each for each of 16 x 16 invocations. */
export const block = 32;

/** Neighbouring pixels that a workgroup has in its own memory, with as many of their neighbours as it takes. */
export const segment = 16;

/** Where an invocation is in its workgroup, which has 16 of them in a row, and which products are the workgroup's. */
export const place = `
        let lane = i32(localIndex);
        let tx = lane % 16;
        let ty = lane / 16;
        let share = i32(workgroupId.x) % uniforms.shares;
        let inputBlock = i32(workgroupId.x) / uniforms.shares % uniforms.inputBlocks;
        let outputBlock = i32(workgroupId.x) / (uniforms.shares * uniforms.inputBlocks);
`;

/** What `imageAt` of {@linkcode products} reads for a pixel within the image. */
export type ImageAt = "pixel" | "four pixels" | "nine pixels";

const readings: Readonly<Record<ImageAt, string>> = {
  "pixel": `
    return image[((batch * uniforms.height + y) * uniforms.width + x) * uniforms.inputs + channel];
  `,
  // The image has twice the height and width; its channels here are those of two by two pixels, row after row.
  "four pixels": `
    let two = uniforms.inputs / 2;
    let row = (batch * uniforms.height + y) * 2 + channel / two;
    return image[(row * uniforms.width + x) * two + channel % two];
  `,
  // The channels are those of three by three pixels, row after row.
  "nine pixels": `
    let own = uniforms.inputs / 9;
    let tap = channel / own;
    let row = y + tap / 3 - 1;
    let column = x + tap % 3 - 1;
    if (row < 0 || row >= uniforms.height || column < 0 || column >= uniforms.width) { return 0.0; }
    return image[((batch * uniforms.height + row) * uniforms.width + column) * own + channel % own];
  `,
};

/**
 * Products of image and gradient, summed over a share of all segments of rows: [shares, size * size * inputs + 1,
 * outputs]. The last row is the sum of the gradient, which is the gradient by the bias.
 *
 * An invocation holds the sums of all taps for two by two channels. It goes along a segment with a window of the
 * image in registers, so that each number is read once from the workgroup's memory for every row of taps.
 */
export function products(size: number, imageAt: ImageAt): Shader {
  const border = (size - 1) / 2, columns = segment + size - 1, taps = size * size;
  const window = (row: number, column: number) => `window_${row}_${column}`;
  const load = (row: number, column: string) => `images[(${row * columns} + ${column}) * 16 + ty]`;
  return {
    name: `gliomap products of a convolution ${size}, ${imageAt}`,
    inputs: ["image", "upstream"],
    numbers: ["height", "width", "inputs", "outputs", "segments", "share", "shares", "inputBlocks"],
    get code() {
      return `
      var<workgroup> images : array<vec2<f32>, ${size * columns * 16}>;
      var<workgroup> upstreams : array<vec2<f32>, ${segment * 16}>;

      fn imageAt(batch : i32, y : i32, x : i32, channel : i32) -> f32 {
        if (y < 0 || y >= uniforms.height || x < 0 || x >= uniforms.width || channel >= uniforms.inputs) {
          return 0.0;
        }
        ${readings[imageAt]}
      }

      fn upstreamAt(batch : i32, y : i32, x : i32, channel : i32) -> f32 {
        if (x >= uniforms.width || channel >= uniforms.outputs) { return 0.0; }
        return upstream[((batch * uniforms.height + y) * uniforms.width + x) * uniforms.outputs + channel];
      }

      fn main(index : i32) {
        ${place}
        let firstInput = inputBlock * ${block};
        let firstOutput = outputBlock * ${block};
        let across = (uniforms.width + ${segment - 1}) / ${segment};
        var bias = vec2<f32>(0.0);
        ${lines(taps, (tap) => `var sum_${tap} = vec4<f32>(0.0);`)}
        let end = min((share + 1) * uniforms.share, uniforms.segments);
        for (var at = share * uniforms.share; at < end; at++) {
          let y = at % uniforms.height;
          let x = at / uniforms.height % across * ${segment};
          let batch = at / (uniforms.height * across);
          workgroupBarrier();
          for (var pair = lane; pair < ${size * columns * 16}; pair += 256) {
            let channel = firstInput + pair % 16 * 2;
            let column = x + pair / 16 % ${columns} - ${border};
            let row = y + pair / ${16 * columns} - ${border};
            images[pair] = vec2<f32>(
              imageAt(batch, row, column, channel), imageAt(batch, row, column, channel + 1));
          }
          for (var pair = lane; pair < ${segment * 16}; pair += 256) {
            let channel = firstOutput + pair % 16 * 2;
            let column = x + pair / 16;
            upstreams[pair] = vec2<f32>(
              upstreamAt(batch, y, column, channel), upstreamAt(batch, y, column, channel + 1));
          }
          workgroupBarrier();
          ${
        lines(size, (row) =>
          lines(size, (column) =>
            `var ${window(row, column)} = ${
              column ? load(row, String(column - 1)) : "vec2<f32>(0.0)"
            };`))
      }
          for (var column = 0; column < ${segment}; column++) {
            let gradient = upstreams[column * 16 + tx];
            bias += gradient;
            ${
        lines(size, (row) =>
          lines(size, (column) => {
            const next = column < size - 1
              ? window(row, column + 1)
              : load(row, `column + ${size - 1}`);
            return `${window(row, column)} = ${next};`;
          }))
      }
            ${
        lines(taps, (tap) => {
          const values = window(Math.floor(tap / size), tap % size);
          return `sum_${tap} += ${values}.xxyy * gradient.xyxy;`;
        })
      }
          }
        }
        let rows = ${taps} * uniforms.inputs + 1;
        let start = share * rows;
        // By number, not in a loop: a sum that is asked for by a variable has to be in memory, not in a register.
        ${
        lines(4, (corner) =>
          `{
          let channel = firstInput + 2 * ty + ${corner >> 1};
          let output = firstOutput + 2 * tx + ${corner & 1};
          if (output < uniforms.outputs && channel < uniforms.inputs) {
            ${
            lines(
              taps,
              (tap) =>
                `result[(start + ${tap} * uniforms.inputs + channel) * uniforms.outputs + output] = sum_${tap}[${corner}];`,
            )
          }
          }
          if (output < uniforms.outputs && channel == 0) {
            result[(start + rows - 1) * uniforms.outputs + output] = bias[${corner & 1}];
          }
        }`)
      }
      }
    `;
    },
  };
}
