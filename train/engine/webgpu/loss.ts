/**
 * The training loss on a GPU: many workgroups go through the logits once for its sums, and once for its gradient.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { withGradient } from "../kernels/with_gradient.ts";
import { runShader, type Shader, threads } from "./shader.ts";

/** Numbers that never overflow: the sigmoid of a logit, and what `log1p(exp(-|logit|))` is. */
const stable = `
  fn sigmoid(logit : f32) -> f32 {
    let small = exp(-abs(logit));
    return select(small, 1.0, logit >= 0.0) / (1.0 + small);
  }
  fn softplus(logit : f32) -> f32 {
    let small = exp(-abs(logit));
    return select(log(1.0 + small), small - 0.5 * small * small, small < 1e-3);
  }
`;

// A reference that was a comparison's result is of int32 in the GPU's memory, whatever its type in tfjs.

/** Of each stretch of pixels the sums of overlap, prediction, reference and cross-entropy: [stretches, 4]. */
const sumsOfStretches: Shader = {
  name: "gliomap sums of a loss",
  inputs: ["logits", "reference"],
  numbers: ["size", "stretch"],
  code: `
    ${stable}
    var<workgroup> sums : array<vec4<f32>, ${threads}>;
    fn main(index : i32) {
      let lane = i32(localIndex);
      let first = i32(workgroupId.x) * uniforms.stretch;
      let last = min(first + uniforms.stretch, uniforms.size);
      var sum = vec4<f32>(0.0);
      for (var at = first + lane; at < last; at += ${threads}) {
        let logit = logits[at];
        let present = f32(reference[at]);
        let predicted = sigmoid(logit);
        let entropy = max(logit, 0.0) - logit * present + softplus(logit);
        sum += vec4<f32>(predicted * present, predicted, present, entropy);
      }
      sums[lane] = sum;
      for (var half = ${threads / 2}; half > 0; half /= 2) {
        workgroupBarrier();
        if (lane < half) { sums[lane] += sums[lane + half]; }
      }
      if (lane < 4) { result[i32(workgroupId.x) * 4 + lane] = sums[0][lane]; }
    }
  `,
};

/** The loss, and the Dice's numerator and denominator: [3]. */
const lossOfSums: Shader = {
  name: "gliomap loss of sums",
  inputs: ["parts"],
  numbers: ["stretches", "size"],
  rates: ["crossEntropyWeight"],
  code: `
    var<workgroup> sums : array<vec4<f32>, ${threads}>;
    fn main(index : i32) {
      let lane = i32(localIndex);
      sums[lane] = vec4<f32>(0.0);
      if (lane < uniforms.stretches) {
        let at = 4 * lane;
        sums[lane] = vec4<f32>(parts[at], parts[at + 1], parts[at + 2], parts[at + 3]);
      }
      for (var half = ${threads / 2}; half > 0; half /= 2) {
        workgroupBarrier();
        if (lane < half) { sums[lane] += sums[lane + half]; }
      }
      if (lane == 0) {
        let all = sums[0];
        let numerator = 2.0 * all.x + 1.0;
        let denominator = all.y + all.z + 1.0;
        let entropy = all.w / f32(uniforms.size);
        result[0] = 1.0 - numerator / denominator + uniforms.crossEntropyWeight * entropy;
        result[1] = numerator;
        result[2] = denominator;
      }
    }
  `,
};

const gradient: Shader = {
  name: "gliomap gradient of a loss",
  inputs: ["upstream", "logits", "reference", "sums"],
  numbers: ["size"],
  rates: ["crossEntropyWeight"],
  code: `
    ${stable}
    fn main(index : i32) {
      if (index >= uniforms.size) { return; }
      let present = f32(reference[index]);
      let predicted = sigmoid(logits[index]);
      let dice = (sums[1] / sums[2] - 2.0 * present) / sums[2] * predicted * (1.0 - predicted);
      let entropy = (predicted - present) / f32(uniforms.size);
      result[index] = upstream[0] * (dice + uniforms.crossEntropyWeight * entropy);
    }
  `,
};

/** As in `Kernels`. */
export function loss(
  logits: tf.Tensor4D,
  reference: tf.Tensor4D,
  crossEntropyWeight: number,
): tf.Scalar {
  const { size } = logits, stretch = Math.ceil(size / threads), rates = { crossEntropyWeight };
  const stretches = Math.ceil(size / stretch);
  const operation = withGradient(
    ([logits], save) => {
      const parts = runShader(sumsOfStretches, {
        inputs: [logits, reference],
        numbers: { size, stretch },
        outputShape: [stretches, 4],
        workgroups: stretches,
      });
      const sums = runShader(lossOfSums, {
        inputs: [parts],
        numbers: { stretches, size },
        rates,
        outputShape: [3],
        workgroups: 1,
      });
      save([logits, sums]);
      return tf.reshape(tf.slice(sums, [0], [1]), []);
    },
    (upstream, [logits, sums]) => [
      runShader(gradient, {
        inputs: [upstream, logits, reference, sums],
        numbers: { size },
        rates,
        outputShape: logits.shape,
      }),
    ],
  );
  return operation(logits) as tf.Scalar;
}
