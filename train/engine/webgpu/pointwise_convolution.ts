/**
 * A 1x1 convolution on a GPU, for any number of channels: it goes through the image once, where a product of matrices
 * with one column, or one row, would be made for large ones.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { pointwiseByFours } from "./pointwise_by_fours.ts";
import { type Components, runShader, type Shader } from "./shader.ts";
import { lines } from "./shader_lines.ts";

/** An invocation sees to one output of one pixel, and reads one input at a time or four. */
const pointwise = (components: Components): Shader => ({
  name: `gliomap pointwise convolution ${components}`,
  inputs: ["image", "weight", "bias"],
  numbers: ["inputs", "outputs", "size", "biased"],
  inputComponents: [components, 1, 1],
  code: `
    fn main(index : i32) {
      if (index >= uniforms.size) { return; }
      let output = index % uniforms.outputs;
      let first = index / uniforms.outputs * uniforms.inputs;
      var sum = 0.0;
      if (uniforms.biased == 1) { sum = bias[output]; }
      for (var input = 0; input < uniforms.inputs; input++) {
        let value = image[first + input];
        ${
    lines(components, (part) => {
      const number = components === 1 ? "value" : `value[${part}]`;
      return `sum += ${number} * weight[(input * ${components} + ${part}) * uniforms.outputs + output];`;
    })
  }
      }
      result[index] = sum;
    }
  `,
});

const one = pointwise(1), four = pointwise(4);

/**
 * @param image [batch, height, width, inputs].
 * @param weight [1, 1, inputs, outputs].
 * @param bias [outputs]; absent: none.
 * @returns [batch, height, width, outputs].
 */
export function pointwiseConvolution(
  image: tf.Tensor,
  weight: tf.Tensor,
  bias?: tf.Tensor,
): tf.Tensor {
  const inputs = image.shape.at(-1)!, outputs = weight.shape.at(-1)!;
  const byFours = inputs % 4 === 0;
  if (byFours && outputs % 4 === 0) return pointwiseByFours(image, weight, bias);
  const size = image.size / inputs * outputs;
  return runShader(byFours ? four : one, {
    inputs: [image, weight, bias ?? weight],
    numbers: { inputs: byFours ? inputs / 4 : inputs, outputs, size, biased: bias ? 1 : 0 },
    outputShape: [...image.shape.slice(0, -1), outputs],
  });
}
