/**
 * A 3x3 "same" convolution of each channel by itself on a GPU, for any number of channels; by fours where they come in
 * fours. An invocation sees to a few neighbouring pixels of a row, so that it reads each number once for up to three of
 * them. There are few products for a number, so that the image is not brought into a workgroup's own memory: what
 * invocations side by side read as well is in the GPU's cache.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { type Components, runShader, type Shader, threads } from "./shader.ts";
import { lines } from "./shader_lines.ts";

/** Neighbouring pixels of a row that an invocation sees to. */
export const pixels = 8;

/** Rows that invocations one after the other are in, so that those of a workgroup read the same rows. */
const rows = 8;

/** What a shader of so many components computes with. */
export const valueType = (components: Components): string => components === 4 ? "vec4<f32>" : "f32";

/** WGSL of `near`: a number, or a four of them, of the image, which has zeros around it. */
export const nearCode = (components: Components): string => `
    fn near(batch : i32, y : i32, x : i32, channel : i32) -> ${valueType(components)} {
      if (y < 0 || y >= uniforms.height || x < 0 || x >= uniforms.width) {
        return ${valueType(components)}(0.0);
      }
      return image[((batch * uniforms.height + y) * uniforms.width + x) * uniforms.channels + channel];
    }
`;

const convolution = (components: Components): Shader => ({
  name: `gliomap depthwise convolution ${components}`,
  inputs: ["image", "weight"],
  numbers: ["batches", "height", "width", "channels", "across", "down", "turned"],
  inputComponents: components,
  outputComponents: components,
  code: `
    ${nearCode(components)}
    fn main(index : i32) {
      let channels = uniforms.channels;
      let channel = index % channels;
      let place = index / channels;
      let x = place / ${rows} % uniforms.across * ${pixels};
      let strip = place / (${rows} * uniforms.across);
      let y = strip % uniforms.down * ${rows} + place % ${rows};
      let batch = strip / uniforms.down;
      if (batch >= uniforms.batches || y >= uniforms.height) { return; }
      ${lines(pixels, (pixel) => `var sum_${pixel} = ${valueType(components)}(0.0);`)}
      ${
    lines(3, (row) =>
      `{
        ${
        lines(
          pixels + 2,
          (column) =>
            `let near_${column} = near(batch, y + ${row - 1}, x + ${column - 1}, channel);`,
        )
      }
        ${
        lines(3, (column) => {
          const tap = 3 * row + column;
          return `
        let factor_${column} = weight[select(${tap}, ${
            8 - tap
          }, uniforms.turned == 1) * channels + channel];
        ${
            lines(
              pixels,
              (pixel) =>
                `sum_${pixel} = fma(near_${pixel + column}, factor_${column}, sum_${pixel});`,
            )
          }`;
        })
      }
      }`)
  }
      let first = ((batch * uniforms.height + y) * uniforms.width + x) * channels + channel;
      ${
    lines(
      pixels,
      (pixel) =>
        `if (x + ${pixel} < uniforms.width) { result[first + ${pixel} * channels] = sum_${pixel}; }`,
    )
  }
    }
  `,
});

const one = convolution(1), four = convolution(4);

/**
 * @param image [batch, height, width, channels].
 * @param weight [3, 3, 1, channels].
 * @param turned Whether the weight is taken turned by half a circle, as the gradient by the image is made.
 * @returns [batch, height, width, channels].
 */
export function directDepthwise(image: tf.Tensor, weight: tf.Tensor, turned: boolean): tf.Tensor {
  const [batches, height, width, all] = image.shape as number[], byFours = all % 4 === 0;
  const channels = byFours ? all / 4 : all;
  const tiles = { across: Math.ceil(width / pixels), down: Math.ceil(height / rows) };
  const invocations = batches * tiles.down * rows * tiles.across * channels;
  return runShader(byFours ? four : one, {
    inputs: [image, weight],
    numbers: { batches, height, width, channels, ...tiles, turned: turned ? 1 : 0 },
    outputShape: image.shape,
    workgroups: Math.ceil(invocations / threads),
  });
}
