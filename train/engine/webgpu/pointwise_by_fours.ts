/**
 * A 1x1 convolution on a GPU between channels that come in fours: separable convolutions consist of them. An invocation
 * sees to four outputs of a few pixels, whose sums it holds in registers, so that it reads each number once for many
 * products.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { runShader, type Shader, threads } from "./shader.ts";
import { lines } from "./shader_lines.ts";

/** Pixels that an invocation sees to, one after the other in memory. */
const pixels = 4;

/** [pixels, inputs], [inputs, outputs] and, where `biased` is 1, [outputs]; channels in fours. */
const pointwise: Shader = {
  name: "gliomap pointwise convolution by fours",
  inputs: ["image", "weight", "bias"],
  numbers: ["size", "inputs", "outputs", "biased"],
  inputComponents: 4,
  outputComponents: 4,
  code: `
    fn main(index : i32) {
      let inputs = uniforms.inputs;
      let outputs = uniforms.outputs;
      let output = index % outputs;
      let first = index / outputs * ${pixels};
      if (first >= uniforms.size) { return; }
      var start = vec4<f32>(0.0);
      if (uniforms.biased == 1) { start = bias[output]; }
      // Where the image ends among an invocation's pixels, its last one is read for those that are missing.
      ${
    lines(pixels, (pixel) => `
      let from_${pixel} = min(first + ${pixel}, uniforms.size - 1) * inputs;
      var sum_${pixel} = start;`)
  }
      for (var input = 0; input < inputs; input++) {
        ${lines(pixels, (pixel) => `let own_${pixel} = image[from_${pixel} + input];`)}
        ${
    lines(4, (part) =>
      `{
          let factor = weight[(4 * input + ${part}) * outputs + output];
          ${
        lines(
          pixels,
          (pixel) => `sum_${pixel} = fma(vec4<f32>(own_${pixel}[${part}]), factor, sum_${pixel});`,
        )
      }
        }`)
  }
      }
      ${
    lines(
      pixels,
      (pixel) =>
        `if (first + ${pixel} < uniforms.size) { result[(first + ${pixel}) * outputs + output] = sum_${pixel}; }`,
    )
  }
    }
  `,
};

/**
 * @param image [..., inputs].
 * @param weight [1, 1, inputs, outputs], both a multiple of four.
 * @param bias [outputs]; absent: none.
 * @returns [..., outputs].
 */
export function pointwiseByFours(
  image: tf.Tensor,
  weight: tf.Tensor,
  bias?: tf.Tensor,
): tf.Tensor {
  const [inputs, outputs] = weight.shape.slice(2), size = image.size / inputs;
  return runShader(pointwise, {
    inputs: [image, weight, bias ?? weight],
    numbers: { size, inputs: inputs / 4, outputs: outputs / 4, biased: bias ? 1 : 0 },
    outputShape: [...image.shape.slice(0, -1), outputs],
    workgroups: Math.ceil(Math.ceil(size / pixels) * outputs / 4 / threads),
  });
}
