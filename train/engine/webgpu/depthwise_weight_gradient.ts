/**
 * The gradient of a depthwise convolution 3x3 by its weight on a GPU: for each of its nine places the sum, over all
 * pixels, of the image moved there times the output's gradient. Workgroups sum up shares of the pixels, then the sums
 * of all shares are added up.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { nearCode, pixels, valueType } from "./direct_depthwise.ts";
import { type Components, runShader, type Shader, threads } from "./shader.ts";
import { lines } from "./shader_lines.ts";
import { addUpShares } from "./sum_of_shares.ts";
import { lanesFor, totalCode } from "./workgroup_total.ts";

/** Workgroups that keep a large GPU busy, each with sums of its own in memory. */
const enough = 512;

/** Channels, or fours of them, that a workgroup sees to side by side: at most. */
const widest = 32;

/**
 * Of one channel, or four, an invocation takes a segment of a row at a time. Segments are counted down the image, and
 * those of a workgroup are taken side by side, so that rows are in the GPU's cache when they are read again.
 */
const products = (components: Components): Shader => {
  const type = valueType(components);
  return {
    name: `gliomap products of a depthwise convolution ${components}`,
    inputs: ["image", "upstream"],
    numbers: ["height", "width", "channels", "across", "segments", "share", "shares", "lanes"],
    inputComponents: components,
    outputComponents: components,
    code: `
    ${totalCode(type)}
    ${nearCode(components)}
    fn main(index : i32) {
      let thread = i32(localIndex);
      let height = uniforms.height;
      let channels = uniforms.channels;
      let lanes = uniforms.lanes;
      let share = i32(workgroupId.x) % uniforms.shares;
      let channel = i32(workgroupId.x) / uniforms.shares * lanes + thread % lanes;
      ${lines(9, (tap) => `var sum_${tap} = ${type}(0.0);`)}
      if (channel < channels) {
        let end = min((share + 1) * uniforms.share, uniforms.segments);
        for (var at = share * uniforms.share + thread / lanes; at < end; at += ${threads} / lanes) {
          let y = at % height;
          let x = at / height % uniforms.across * ${pixels};
          let batch = at / (height * uniforms.across);
          let first = ((batch * height + y) * uniforms.width + x) * channels + channel;
          ${
      lines(pixels, (pixel) => `
          var gradient_${pixel} = ${type}(0.0);
          if (x + ${pixel} < uniforms.width) { gradient_${pixel} = upstream[first + ${pixel} * channels]; }`)
    }
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
          lines(3 * pixels, (index) => {
            const column = index % 3, pixel = Math.floor(index / 3);
            const sum = `sum_${3 * row + column}`;
            return `${sum} = fma(near_${pixel + column}, gradient_${pixel}, ${sum});`;
          })
        }
          }`)
    }
        }
      }
      ${
      lines(9, (tap) =>
        `{
        let whole = total(thread, sum_${tap});
        if (thread < lanes && channel < channels) { result[(share * 9 + ${tap}) * channels + channel] = whole; }
      }`)
    }
    }
  `,
  };
};

const one = products(1), four = products(4);

/**
 * @param image [batch, height, width, channels].
 * @param upstream The same shape.
 * @returns [3, 3, 1, channels].
 */
export function depthwiseWeightGradient(image: tf.Tensor, upstream: tf.Tensor): tf.Tensor {
  const [batch, height, width, all] = image.shape as number[], byFours = all % 4 === 0;
  const channels = byFours ? all / 4 : all;
  const lanes = lanesFor(channels, widest);
  const across = Math.ceil(width / pixels), segments = batch * height * across;
  const groups = Math.ceil(channels / lanes);
  const share = Math.max(Math.ceil(segments * groups / enough), threads / lanes);
  const shares = Math.ceil(segments / share);
  const parts = runShader(byFours ? four : one, {
    inputs: [image, upstream],
    numbers: { height, width, channels, across, segments, share, shares, lanes },
    outputShape: [shares, 9, all],
    workgroups: shares * groups,
  });
  return addUpShares(parts, 0, [3, 3, 1, all]);
}
