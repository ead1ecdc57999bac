/**
 * A 3x3 "same" convolution on a GPU, for channels that come in fours. A workgroup has a tile of the image and its
 * weights in its own memory, four channels at a time; an invocation sees to a row of pixels and four outputs, whose
 * sums it holds in registers, so that it reads each number once for many products.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { runShader, type Shader, threads } from "./shader.ts";
import { lines } from "./shader_lines.ts";

/** Neighbouring pixels of a row that an invocation sees to, and invocations side by side over four outputs each. */
const pixels = 8, lanes = 8;

/** Rows of pixels of a workgroup's tile, and how long they are. */
const down = 16, across = threads / (lanes * down) * pixels;

/** The tile with the pixels around it. */
const wide = across + 2, high = down + 2;

/** Weights that are in a workgroup's memory at a time, in fours. */
const weights = 9 * 4 * lanes;

/** [batch, height, width, inputs], [3, 3, inputs, outputs] and, where `biased` is 1, [outputs]; channels in fours. */
const convolution: Shader = {
  name: "gliomap convolution",
  inputs: ["image", "weight", "bias"],
  numbers: ["height", "width", "inputs", "outputs", "across", "down", "blocks", "groups", "biased"],
  inputComponents: 4,
  outputComponents: 4,
  code: `
    var<workgroup> images : array<vec4<f32>, ${wide * high}>;
    var<workgroup> weights : array<vec4<f32>, ${weights}>;
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
      let firstOutput = group % uniforms.blocks * ${lanes};
      let tile = group / uniforms.blocks;
      let left = tile % uniforms.across * ${across};
      let top = tile / uniforms.across % uniforms.down * ${down};
      let batch = tile / (uniforms.across * uniforms.down);
      let output = firstOutput + lane;
      var start = vec4<f32>(0.0);
      if (uniforms.biased == 1 && output < outputs) { start = bias[output]; }
      ${lines(pixels, (pixel) => `var sum_${pixel} = start;`)}
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
        for (var at = thread; at < ${weights}; at += ${threads}) {
          let wanted = firstOutput + at % ${lanes};
          let input = channel * 4 + at / ${lanes} % 4;
          let tap = at / ${4 * lanes};
          var value = vec4<f32>(0.0);
          if (wanted < outputs) { value = weight[(tap * inputs * 4 + input) * outputs + wanted]; }
          weights[at] = value;
        }
        workgroupBarrier();
        for (var tapRow = 0; tapRow < 3; tapRow++) {
          let first = (row + tapRow) * ${wide} + column;
          ${lines(pixels + 2, (pixel) => `let near_${pixel} = images[first + ${pixel}];`)}
          ${
    lines(3 * 4, (index) => {
      const tap = index >> 2, part = index & 3;
      return `{
            let factor = weights[((tapRow * 3 + ${tap}) * 4 + ${part}) * ${lanes} + lane];
            ${
        lines(
          pixels,
          (pixel) =>
            `sum_${pixel} = fma(vec4<f32>(near_${pixel + tap}[${part}]), factor, sum_${pixel});`,
        )
      }
          }`;
    })
  }
        }
      }
      let y = top + row;
      if (y >= height || output >= outputs) { return; }
      let place = (batch * height + y) * width + left + column;
      ${
    lines(
      pixels,
      (pixel) =>
        `if (left + column + ${pixel} < width) { result[(place + ${pixel}) * outputs + output] = sum_${pixel}; }`,
    )
  }
    }
  `,
};

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
  const tiles = { across: Math.ceil(width / across), down: Math.ceil(height / down) };
  const blocks = Math.ceil(outputs / (4 * lanes));
  const groups = batch * tiles.across * tiles.down * blocks;
  return runShader(convolution, {
    inputs: [image, weight, bias ?? weight],
    numbers: {
      ...{ height, width, inputs: inputs / 4, outputs: outputs / 4, ...tiles, blocks, groups },
      biased: bias ? 1 : 0,
    },
    outputShape: [batch, height, width, outputs],
    workgroups: groups,
  });
}
