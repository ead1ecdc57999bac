/**
 * Adds up what workgroups summed up, each over its share of an image. Sums of sums round less than one long sum.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { runShader, type Shader, threads } from "./shader.ts";

/** Numbers that a workgroup adds up, side by side, each by as many invocations as there are left. */
const breadth = 32;

const sumOfShares: Shader = {
  name: "gliomap sum of shares",
  inputs: ["parts"],
  numbers: ["shares", "length", "first", "size"],
  code: `
    var<workgroup> sums : array<f32, ${threads}>;
    fn main(index : i32) {
      let lane = i32(localIndex);
      let at = i32(workgroupId.x) * ${breadth} + lane % ${breadth};
      var sum = 0.0;
      if (at < uniforms.size) {
        for (var share = lane / ${breadth}; share < uniforms.shares; share += ${
    threads / breadth
  }) {
          sum += parts[share * uniforms.length + uniforms.first + at];
        }
      }
      sums[lane] = sum;
      for (var half = ${threads / 2}; half >= ${breadth}; half /= 2) {
        workgroupBarrier();
        if (lane < half) { sums[lane] += sums[lane + half]; }
      }
      if (lane < ${breadth} && at < uniforms.size) { result[at] = sums[lane]; }
    }
  `,
};

/**
 * @param parts [shares, ...]: what each share came to.
 * @param first The first of a share's numbers that is wanted.
 * @param outputShape Of the sums: as many numbers as it has are wanted.
 */
export function addUpShares(
  parts: tf.Tensor,
  first: number,
  outputShape: readonly number[],
): tf.Tensor {
  const shares = parts.shape[0], size = tf.util.sizeFromShape([...outputShape]);
  return runShader(sumOfShares, {
    inputs: [parts],
    numbers: { shares, length: parts.size / shares, first, size },
    outputShape,
    workgroups: Math.ceil(size / breadth),
  });
}
