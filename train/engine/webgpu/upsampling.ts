/**
 * The transposed convolution 2x2 with stride 2 on a GPU. The pixels that it makes do not overlap, so it is a product of
 * matrices, its gradient by the image a convolution with stride 2, and that by the weight a sum of products like any
 * other convolution's.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { withGradient } from "../kernels/with_gradient.ts";
import { runShader, type Shader } from "./shader.ts";
import { lines } from "./shader_lines.ts";
import { upsamplingWeightGradient } from "./weight_gradient.ts";

/** Pixels of the small image that an invocation sees to, and invocations side by side over four outputs each. */
const pixels = 4, lanes = 8;

/** Pixels of a workgroup, and how many fours of its channels lie in its memory at a time. */
const groups = 32, tall = groups * pixels, deep = 4;

/** A product of matrices, [pixels, inputs] by [inputs, 2 * 2 * outputs], whose columns are pixels of the result. */
const product: Shader = {
  name: "gliomap upsampling",
  inputs: ["image", "weight"],
  numbers: ["size", "width", "inputs", "outputs", "blocks"],
  inputComponents: 4,
  outputComponents: 4,
  code: `
    var<workgroup> images : array<vec4<f32>, ${tall * deep}>;
    var<workgroup> weights : array<vec4<f32>, ${4 * deep * lanes}>;
    fn main(index : i32) {
      let thread = i32(localIndex);
      let lane = thread % ${lanes};
      let group = thread / ${lanes};
      let inputs = uniforms.inputs;
      let columns = 4 * uniforms.outputs;
      let firstColumn = i32(workgroupId.x) % uniforms.blocks * ${lanes};
      let firstPixel = i32(workgroupId.x) / uniforms.blocks * ${tall};
      ${lines(pixels, (pixel) => `var sum_${pixel} = vec4<f32>(0.0);`)}
      for (var channel = 0; channel < inputs; channel += ${deep}) {
        workgroupBarrier();
        for (var at = thread; at < ${tall * deep}; at += ${groups * lanes}) {
          let input = channel + at % ${deep};
          let pixel = firstPixel + at / ${deep};
          var value = vec4<f32>(0.0);
          if (input < inputs && pixel < uniforms.size) { value = image[pixel * inputs + input]; }
          images[at % ${deep} * ${tall} + at / ${deep}] = value;
        }
        if (thread < ${4 * deep * lanes}) {
          let input = 4 * channel + thread / ${lanes};
          let column = firstColumn + thread % ${lanes};
          var value = vec4<f32>(0.0);
          if (input < 4 * inputs && column < columns) { value = weight[input * columns + column]; }
          weights[thread] = value;
        }
        workgroupBarrier();
        for (var input = 0; input < ${deep}; input++) {
          ${
    lines(
      pixels,
      (pixel) => `let own_${pixel} = images[input * ${tall} + group + ${pixel * groups}];`,
    )
  }
          ${
    lines(4, (part) =>
      `{
            let factor = weights[(4 * input + ${part}) * ${lanes} + lane];
            ${
        lines(
          pixels,
          (pixel) => `sum_${pixel} = fma(vec4<f32>(own_${pixel}[${part}]), factor, sum_${pixel});`,
        )
      }
          }`)
  }
        }
      }
      let column = firstColumn + lane;
      if (column >= columns) { return; }
      let tap = column / uniforms.outputs;
      let output = column % uniforms.outputs;
      ${
    lines(pixels, (pixel) =>
      `{
        let pixel = firstPixel + group + ${pixel * groups};
        if (pixel < uniforms.size) {
          let row = 2 * (pixel / uniforms.width) + tap / 2;
          let place = row * 2 * uniforms.width + 2 * (pixel % uniforms.width) + tap % 2;
          result[place * uniforms.outputs + output] = sum_${pixel};
        }
      }`)
  }
    }
  `,
};

/** [batch, height, width, inputs] to [batch, 2 height, 2 width, outputs], both numbers of channels multiples of four. */
function upsampleByFours(image: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  const [batch, height, width, inputs] = image.shape as number[], outputs = weight.shape[2]!;
  const size = batch * height * width, blocks = Math.ceil(outputs / lanes);
  return runShader(product, {
    inputs: [image, tf.transpose(tf.reshape(weight, [4 * outputs, inputs]))],
    numbers: { size, width, inputs: inputs / 4, outputs: outputs / 4, blocks },
    outputShape: [batch, 2 * height, 2 * width, outputs],
    workgroups: Math.ceil(size / tall) * blocks,
  });
}

function upsampleByNumbers(image: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  const [batch, height, width, inputs] = image.shape as number[], outputs = weight.shape[2]!;
  const matrix = tf.reshape(image, [-1, inputs]) as tf.Tensor2D;
  const fours = tf.matMul(matrix, tf.reshape(weight, [4 * outputs, inputs]), false, true);
  const grid = tf.reshape(fours, [batch * height, width, 2, 2 * outputs]);
  return tf.reshape(tf.transpose(grid, [0, 2, 1, 3]), [batch, 2 * height, 2 * width, outputs]);
}

const operation = withGradient(
  ([image, weight], save) => {
    save([image, weight]);
    const byFours = image.shape[3]! % 4 === 0 && weight.shape[2]! % 4 === 0;
    return byFours ? upsampleByFours(image, weight) : upsampleByNumbers(image, weight);
  },
  (upstream, [image, weight]) => [
    tf.conv2d(upstream as tf.Tensor4D, weight as tf.Tensor4D, 2, "valid"),
    upsamplingWeightGradient(upstream, image),
  ],
);

/** As in `Kernels`. */
export function upsample(image: tf.Tensor4D, weight: tf.Tensor4D): tf.Tensor {
  return operation(image, weight);
}
