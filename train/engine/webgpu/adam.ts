/**
 * Adam on a GPU: a dispatch for each of its three vectors, and two for the length of the gradient where that is clipped.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { AdamRates, AdamVectors } from "../kernels/kernels.ts";
import { runShader, type Shader, threads } from "./shader.ts";

/** A shader that makes a new vector of an old one, where the condition holds. */
function update(old: string, others: readonly string[], rates: readonly string[], value: string) {
  return (clips: boolean): Shader => ({
    name: `gliomap Adam's ${old}${clips ? ", clipped" : ""}`,
    inputs: [old, ...others, "condition", ...(clips ? ["factor"] : [])],
    numbers: ["size"],
    rates,
    code: `
      fn main(index : i32) {
        if (index >= uniforms.size) { return; }
        ${
      others[0] === "gradient" ? `let slope = gradient[index]${clips ? " * factor[0]" : ""};` : ""
    }
        result[index] = select(${old}[index], ${value}, condition[0] != 0);
      }
    `,
  });
}

const newMean = update(
  "mean",
  ["gradient"],
  ["beta", "rest"],
  "mean[index] * uniforms.beta + slope * uniforms.rest",
);

const newVariance = update(
  "variance",
  ["gradient"],
  ["beta", "rest"],
  "variance[index] * uniforms.beta + slope * slope * uniforms.rest",
);

const newParameters = update(
  "parameters",
  ["mean", "variance"],
  ["kept", "rate", "rootCorrection", "epsilon"],
  `parameters[index] * uniforms.kept -
    mean[index] / (sqrt(variance[index]) / uniforms.rootCorrection + uniforms.epsilon) * uniforms.rate`,
)(false);

/** Sums of squares of stretches of a vector, one for each workgroup. */
const squares: Shader = {
  name: "gliomap sums of squares",
  inputs: ["vector"],
  numbers: ["size", "stretch"],
  code: `
    var<workgroup> sums : array<f32, ${threads}>;
    fn main(index : i32) {
      let lane = i32(localIndex);
      let first = i32(workgroupId.x) * uniforms.stretch;
      let last = min(first + uniforms.stretch, uniforms.size);
      var sum = 0.0;
      for (var at = first + lane; at < last; at += ${threads}) { sum += vector[at] * vector[at]; }
      sums[lane] = sum;
      for (var half = ${threads / 2}; half > 0; half /= 2) {
        workgroupBarrier();
        if (lane < half) { sums[lane] += sums[lane + half]; }
      }
      if (lane == 0) { result[workgroupId.x] = sums[0]; }
    }
  `,
};

/** What makes a vector at most so long, from sums of its squares: one number. */
const shortening: Shader = {
  name: "gliomap shortening",
  inputs: ["parts"],
  numbers: ["count"],
  rates: ["longest"],
  code: `
    var<workgroup> sums : array<f32, ${threads}>;
    fn main(index : i32) {
      let lane = i32(localIndex);
      sums[lane] = 0.0;
      if (lane < uniforms.count) { sums[lane] = parts[lane]; }
      for (var half = ${threads / 2}; half > 0; half /= 2) {
        workgroupBarrier();
        if (lane < half) { sums[lane] += sums[lane + half]; }
      }
      if (lane == 0) { result[0] = min(1.0, uniforms.longest / (sqrt(sums[0]) + 1e-6)); }
    }
  `,
};

function clipFactor(gradient: tf.Tensor1D, longest: number): tf.Tensor {
  const { size } = gradient, stretch = Math.ceil(size / threads), count = Math.ceil(size / stretch);
  const parts = runShader(squares, {
    inputs: [gradient],
    numbers: { size, stretch },
    outputShape: [count],
    workgroups: count,
  });
  return runShader(shortening, {
    inputs: [parts],
    numbers: { count },
    rates: { longest },
    outputShape: [1],
    workgroups: 1,
  });
}

/** As in `Kernels`. */
export function adam(
  { parameters, mean, variance }: AdamVectors,
  gradient: tf.Tensor1D,
  { beta1, beta2, clipNorm, ...rates }: AdamRates,
  condition: tf.Scalar = tf.scalar(true, "bool"),
): AdamVectors {
  const clips = clipNorm > 0, factor = clips ? [clipFactor(gradient, clipNorm)] : [];
  const { size } = gradient, numbers = { size }, outputShape = [size];
  const move = (shader: Shader, inputs: tf.Tensor[], rates: Readonly<Record<string, number>>) =>
    runShader(shader, { inputs, numbers, rates, outputShape }) as tf.Tensor1D;
  const moved = (shader: Shader, old: tf.Tensor, beta: number) =>
    move(shader, [old, gradient, condition, ...factor], { beta, rest: 1 - beta });
  const after = {
    mean: moved(newMean(clips), mean, beta1),
    variance: moved(newVariance(clips), variance, beta2),
  };
  return {
    ...after,
    parameters: move(
      newParameters,
      [parameters, after.mean, after.variance, condition],
      { ...rates },
    ),
  };
}

const blended: Shader = {
  name: "gliomap blend",
  inputs: ["kept", "added", "condition"],
  numbers: ["size"],
  rates: ["share", "rest"],
  code: `
    fn main(index : i32) {
      if (index >= uniforms.size) { return; }
      let value = kept[index] * uniforms.share + added[index] * uniforms.rest;
      result[index] = select(kept[index], value, condition[0] != 0);
    }
  `,
};

/** As in `Kernels`. */
export function blend(
  kept: tf.Tensor1D,
  added: tf.Tensor1D,
  share: number,
  condition: tf.Scalar = tf.scalar(true, "bool"),
): tf.Tensor1D {
  const { size } = kept;
  return runShader(blended, {
    inputs: [kept, added, condition],
    numbers: { size },
    rates: { share, rest: 1 - share },
    outputShape: [size],
  }) as tf.Tensor1D;
}
