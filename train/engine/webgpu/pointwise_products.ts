/**
 * Products of an image and the gradient of what a 1x1 convolution made of it, between channels that come in fours:
 * summed over all pixels they are the gradients by weight and bias. An invocation holds the sums of eight by eight
 * channels in registers, so that it reads each number once for eight products.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { runShader, type Shader, threads } from "./shader.ts";
import { lines } from "./shader_lines.ts";
import { lanesFor, totalCode } from "./workgroup_total.ts";

/** Workgroups that keep a large GPU busy, each with sums of its own in memory. */
const enough = 512;

/** Pixels of an invocation: at least, as the sums of a workgroup have to be added up. */
const fewest = 16;

/** Invocations that see to one pixel, each for channels of its own: at most. */
const widest = 64;

/** Fours of inputs, and of outputs, that an invocation sees to. */
const fours = 2;

/** Its sums: for each of its inputs those of its fours of outputs. */
const sums = 4 * fours * fours;

const products: Shader = {
  name: "gliomap products of a pointwise convolution",
  inputs: ["image", "upstream"],
  numbers: ["size", "inputs", "outputs", "across", "share", "shares", "lanes"],
  inputComponents: 4,
  outputComponents: 4,
  code: `
    ${totalCode("vec4<f32>")}
    fn main(index : i32) {
      let thread = i32(localIndex);
      let inputs = uniforms.inputs;
      let outputs = uniforms.outputs;
      let lanes = uniforms.lanes;
      let share = i32(workgroupId.x) % uniforms.shares;
      let block = i32(workgroupId.x) / uniforms.shares * lanes + thread % lanes;
      let input = block / uniforms.across * ${fours};
      let output = block % uniforms.across * ${fours};
      ${lines(fours, (four) => `var bias_${four} = vec4<f32>(0.0);`)}
      ${lines(sums, (sum) => `var sum_${sum} = vec4<f32>(0.0);`)}
      if (input < inputs) {
        let end = min((share + 1) * uniforms.share, uniforms.size);
        for (var pixel = share * uniforms.share + thread / lanes; pixel < end; pixel += ${threads} / lanes) {
          ${
    lines(fours, (four) => `
          var own_${four} = vec4<f32>(0.0);
          if (input + ${four} < inputs) { own_${four} = image[pixel * inputs + input + ${four}]; }
          var gradient_${four} = vec4<f32>(0.0);
          if (output + ${four} < outputs) { gradient_${four} = upstream[pixel * outputs + output + ${four}]; }
          bias_${four} += gradient_${four};`)
  }
          ${
    lines(sums, (sum) => {
      const input = Math.floor(sum / fours), own = `own_${input >> 2}[${input & 3}]`;
      return `sum_${sum} = fma(vec4<f32>(${own}), gradient_${sum % fours}, sum_${sum});`;
    })
  }
        }
      }
      let start = share * (4 * inputs + 1);
      let isFirst = thread < lanes;
      ${
    lines(sums, (sum) => {
      const row = Math.floor(sum / fours), four = sum % fours;
      return `{
        let whole = total(thread, sum_${sum});
        if (isFirst && input + ${row >> 2} < inputs && output + ${four} < outputs) {
          result[(start + 4 * input + ${row}) * outputs + output + ${four}] = whole;
        }
      }`;
    })
  }
      ${
    lines(fours, (four) =>
      `{
        let whole = total(thread, bias_${four});
        if (isFirst && input == 0 && output + ${four} < outputs) {
          result[(start + 4 * inputs) * outputs + output + ${four}] = whole;
        }
      }`)
  }
    }
  `,
};

/**
 * @param image [batch, height, width, inputs].
 * @param upstream [batch, height, width, outputs]; both numbers of channels multiples of four.
 * @returns Sums of shares of the pixels, [shares, inputs + 1, outputs]. The last row is the gradient by the bias.
 */
export function pointwiseProducts(image: tf.Tensor, upstream: tf.Tensor): tf.Tensor {
  const [rows, columns] = [image.shape[3]!, upstream.shape[3]!], size = image.size / rows;
  const across = Math.ceil(columns / (4 * fours)), blocks = Math.ceil(rows / (4 * fours)) * across;
  const lanes = lanesFor(blocks, widest), groups = Math.ceil(blocks / lanes);
  const share = Math.max(Math.ceil(size * groups / enough), fewest * threads / lanes);
  const shares = Math.ceil(size / share);
  return runShader(products, {
    inputs: [image, upstream],
    numbers: { size, inputs: rows / 4, outputs: columns / 4, across, share, shares, lanes },
    outputShape: [shares, rows + 1, columns],
    workgroups: shares * groups,
  });
}
