/**
 * A 3x3 "same" convolution on a GPU, for channels that come in fours. A workgroup has a tile of the image and its
 * weights in its own memory, four channels at a time; an invocation sees to a row of pixels and four outputs, whose
 * sums it holds in registers, so that it reads each number once for many products.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { runShader, type Shader } from "./shader.ts";
import { lines } from "./shader_lines.ts";

/** How the work is shared out. */
interface Tile {
  /** Neighbouring pixels of a row that an invocation sees to. */
  readonly pixels: number;
  /** Invocations side by side over outputs, each with `fours` times four of them. */
  readonly lanes: number;
  readonly fours: number;
  /** Rows of pixels that a workgroup sees to, and how many invocations share such a row. */
  readonly down: number;
  readonly across: number;
}

const tile: Tile = { pixels: 8, lanes: 8, fours: 1, down: 16, across: 2 };

/** [batch, height, width, inputs] and [3, 3, inputs, outputs] and, where `biased` is 1, [outputs]. */
function convolutionOf({ pixels, lanes, fours, down, across }: Tile): Shader {
  const threads = lanes * down * across, wide = across * pixels + 2, high = down + 2;
  const block = lanes * fours, taps = 9 * 4 * block;
  const product = (pixel: number, four: number, tap: number, channel: number) =>
    `sum_${pixel}_${four} = fma(vec4<f32>(near_${
      pixel + tap
    }[${channel}]), factor, sum_${pixel}_${four});`;
  return {
    name: `gliomap convolution ${[pixels, lanes, fours, down, across]}`,
    inputs: ["image", "weight", "bias"],
    numbers: [
      "height",
      "width",
      "inputs",
      "outputs",
      "across",
      "down",
      "blocks",
      "groups",
      "biased",
    ],
    inputComponents: 4,
    outputComponents: 4,
    threads,
    get code() {
      return `
      var<workgroup> images : array<vec4<f32>, ${wide * high}>;
      var<workgroup> weights : array<vec4<f32>, ${taps}>;
      fn main(index : i32) {
        let thread = i32(localIndex);
        let lane = thread % ${lanes};
        // Neighbours in a column, not in a row, read from different banks of the workgroup's memory.
        let row = thread / ${lanes} % ${down};
        let column = thread / ${lanes * down} * ${pixels};
        let height = uniforms.height;
        let width = uniforms.width;
        let inputs = uniforms.inputs;
        let outputs = uniforms.outputs;
        let group = i32(workgroupId.y * numWorkgroups.x + workgroupId.x);
        if (group >= uniforms.groups) { return; }
        let firstOutput = group % uniforms.blocks * ${block};
        let tile = group / uniforms.blocks;
        let left = tile % uniforms.across * ${across * pixels};
        let top = tile / uniforms.across % uniforms.down * ${down};
        let batch = tile / (uniforms.across * uniforms.down);
        ${
        lines(fours, (four) => `
        let output_${four} = firstOutput + lane + ${four * lanes};
        var start_${four} = vec4<f32>(0.0);
        if (uniforms.biased == 1 && output_${four} < outputs) { start_${four} = bias[output_${four}]; }
        ${lines(pixels, (pixel) => `var sum_${pixel}_${four} = start_${four};`)}`)
      }
        for (var channel = 0; channel < inputs; channel++) {
          workgroupBarrier();
          for (var at = thread; at < ${wide * high}; at += ${threads}) {
            let y = top + at / ${wide} - 1;
            let x = left + at % ${wide} - 1;
            var value = vec4<f32>(0.0);
            if (y >= 0 && y < height && x >= 0 && x < width) {
              value = image[((batch * height + y) * width + x) * inputs + channel];
            }
            images[at] = value;
          }
          for (var at = thread; at < ${taps}; at += ${threads}) {
            let output = firstOutput + at % ${block};
            let input = channel * 4 + at / ${block} % 4;
            var value = vec4<f32>(0.0);
            if (output < outputs) {
              value = weight[(at / ${4 * block} * inputs * 4 + input) * outputs + output];
            }
            weights[at] = value;
          }
          workgroupBarrier();
          for (var tapRow = 0; tapRow < 3; tapRow++) {
            let first = (row + tapRow) * ${wide} + column;
            ${lines(pixels + 2, (pixel) => `let near_${pixel} = images[first + ${pixel}];`)}
            ${
        lines(3 * 4 * fours, (index) => {
          const four = index % fours, input = Math.floor(index / fours) % 4;
          const tap = Math.floor(index / (4 * fours));
          return `{
              let factor = weights[(tapRow * 3 + ${tap}) * ${4 * block} + ${
            input * block + four * lanes
          } + lane];
              ${lines(pixels, (pixel) => product(pixel, four, tap, input))}
            }`;
        })
      }
          }
        }
        let y = top + row;
        if (y >= height) { return; }
        let start = ((batch * height + y) * width + left + column) * outputs;
        ${
        lines(pixels, (pixel) => `
        if (left + column + ${pixel} < width) {
          ${
          lines(
            fours,
            (four) =>
              `if (output_${four} < outputs) { result[start + ${pixel} * outputs + output_${four}] = sum_${pixel}_${four}; }`,
          )
        }
        }`)
      }
      }
    `;
    },
  };
}

/** Whether {@linkcode directConvolution} can take such a weight, [height, width, inputs, outputs]. */
export function isDirect([height, width, inputs, outputs]: readonly number[]): boolean {
  return height === 3 && width === 3 && inputs % 4 === 0 && outputs % 4 === 0;
}

/**
 * @param image [batch, height, width, inputs].
 * @param weight [3, 3, inputs, outputs], both a multiple of four.
 * @param bias [outputs]; absent: none.
 * @returns [batch, height, width, outputs].
 */
export function directConvolution(
  image: tf.Tensor,
  weight: tf.Tensor,
  bias?: tf.Tensor,
): tf.Tensor {
  const [batch, height, width, inputs] = image.shape as number[], outputs = weight.shape[3]!;
  const across = Math.ceil(width / (tile.across * tile.pixels)),
    down = Math.ceil(height / tile.down);
  const blocks = Math.ceil(outputs / (4 * tile.lanes * tile.fours));
  const groups = batch * across * down * blocks;
  return runShader(convolutionOf(tile), {
    inputs: [image, weight, bias ?? weight],
    numbers: {
      ...{ height, width, inputs: inputs / 4, outputs: outputs / 4, across, down, blocks, groups },
      biased: bias ? 1 : 0,
    },
    outputShape: [batch, height, width, outputs],
    workgroups: groups,
  });
}
