/**
 * Batch normalisation and ReLU on a GPU: the image is read once for its statistics, once to normalise it, and in the
 * backward pass once for the sums of the gradient and once for the gradient.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import {
  type BatchNorm,
  batchNormEpsilon,
  type CollectStatistics,
  type FrozenBatchNorm,
} from "../kernels/kernels.ts";
import { withGradient } from "../kernels/with_gradient.ts";
import {
  addUpStretches,
  stretchCode,
  type Stretches,
  stretchesOf,
  stretchNumbers,
  stretchValues,
} from "./channel_sums.ts";
import { runShader, type Shader, threads } from "./shader.ts";

/**
 * Merges two lots of numbers, each as (count, mean, sum of squared differences from the mean).
 *
 * Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances" (1979).
 */
const mergeMoments = `
  fn mergeMoments(a : vec3<f32>, b : vec3<f32>) -> vec3<f32> {
    let count = a.x + b.x;
    if (b.x == 0.0 || count == 0.0) { return a; }
    let difference = b.y - a.y;
    let share = b.x / count;
    return vec3<f32>(count, a.y + difference * share, a.z + b.z + difference * difference * a.x * share);
  }
`;

/** Mean and sum of squared differences of each stretch: [stretches, 2, channels]. */
const momentsOfStretches = (width: number): Shader => ({
  name: `gliomap moments of stretches ${width}`,
  inputs: ["image"],
  numbers: stretchNumbers,
  code: mergeMoments + stretchCode(width, {
    shared: `var<workgroup> moments : array<vec3<f32>, ${threads}>;`,
    // Differences from one of the numbers: the squares of the numbers themselves would lose what is to be measured.
    begin: `
      var near = 0.0;
      if (busy && first + row < last) { near = image[(first + row) * uniforms.channels + channel]; }
      var count = 0.0;
      var sum = 0.0;
      var squares = 0.0;`,
    visit: `
      let difference = image[at] - near;
      count += 1.0;
      sum += difference;
      squares += difference * difference;`,
    end: `
      let mean = sum / max(count, 1.0);
      moments[localIndex] = vec3<f32>(count, near + mean, squares - sum * mean);`,
    merge: `
      var all = moments[lane];
      for (var other = 1; other < rows; other++) {
        all = mergeMoments(all, moments[lane + other * width]);
      }
      result[2 * stretchIndex * uniforms.channels + channel] = all.y;
      result[(2 * stretchIndex + 1) * uniforms.channels + channel] = all.z;`,
  }),
});

/** Of each channel the mean and the unbiased variance: [2, channels]. */
const statisticsOfChannels: Shader = {
  name: "gliomap statistics of channels",
  inputs: ["parts"],
  numbers: stretchNumbers,
  code: `
    ${mergeMoments}
    var<workgroup> moments : array<vec3<f32>, ${threads}>;
    fn main(index : i32) {
      let lane = i32(localIndex);
      let channel = i32(workgroupId.x);
      let channels = uniforms.channels;
      var own = vec3<f32>(0.0);
      for (var stretch = lane; stretch < uniforms.stretches; stretch += ${threads}) {
        let count = min(uniforms.stretch, uniforms.pixels - stretch * uniforms.stretch);
        let at = 2 * stretch * channels + channel;
        own = mergeMoments(own, vec3<f32>(f32(count), parts[at], parts[at + channels]));
      }
      moments[lane] = own;
      for (var half = ${threads / 2}; half > 0; half /= 2) {
        workgroupBarrier();
        if (lane < half) { moments[lane] = mergeMoments(moments[lane], moments[lane + half]); }
      }
      if (lane == 0) {
        let all = moments[0];
        result[channel] = all.y;
        result[channels + channel] = all.z / max(all.x - 1.0, 1.0);
      }
    }
  `,
};

/** One over the standard deviation that a channel is divided by; `biased` is what makes its variance the biased one. */
const inverseOf = (channel: string) =>
  `inverseSqrt(statistics[uniforms.channels + ${channel}] * uniforms.biased + f32(${batchNormEpsilon}))`;

/** What makes an unbiased variance of so many pixels the biased one. */
function biasOf(pixels: number): number {
  return (pixels - 1) / pixels;
}

/** What the code of a normalisation finds for its element `index`, by the statistics of {@linkcode statisticsOfChannels}. */
const normalised = `
  let channel = index % uniforms.channels;
  let inverse = ${inverseOf("channel")};
  let factor = scale[channel] * inverse;
  let value = (image[index] - statistics[channel]) * factor + shift[channel];
`;

/** Zero where a number is not above zero. What is not a number stays that. */
const relu = "select(value, 0.0, value <= 0.0)";

const normalise: Shader = {
  name: "gliomap normalise",
  inputs: ["image", "statistics", "scale", "shift"],
  numbers: ["channels", "size"],
  rates: ["biased"],
  code: `
    fn main(index : i32) {
      if (index >= uniforms.size) { return; }
      ${normalised}
      result[index] = ${relu};
    }
  `,
};

/** Sums of the gradient, and of the gradient times the normalised image, over each stretch: [stretches, 2, channels]. */
const gradientSumsOfStretches = (width: number): Shader => ({
  name: `gliomap gradient sums of stretches ${width}`,
  inputs: ["upstream", "image", "statistics", "scale", "shift"],
  numbers: stretchNumbers,
  rates: ["biased"],
  code: stretchCode(width, {
    shared: `var<workgroup> sums : array<vec2<f32>, ${threads}>;`,
    begin: `
      var sum = vec2<f32>(0.0);
      var mean = 0.0;
      var inverse = 0.0;
      var factor = 0.0;
      var offset = 0.0;
      if (busy) {
        mean = statistics[channel];
        inverse = ${inverseOf("channel")};
        factor = scale[channel] * inverse;
        offset = shift[channel];
      }`,
    visit: `
      let centred = image[at] - mean;
      if (!(centred * factor + offset <= 0.0)) {
        sum += upstream[at] * vec2<f32>(1.0, centred * inverse);
      }`,
    end: "sums[localIndex] = sum;",
    merge: `
      var all = sums[lane];
      for (var other = 1; other < rows; other++) { all += sums[lane + other * width]; }
      result[2 * stretchIndex * uniforms.channels + channel] = all.x;
      result[(2 * stretchIndex + 1) * uniforms.channels + channel] = all.y;`,
  }),
});

const imageGradient: Shader = {
  name: "gliomap gradient of normalise",
  inputs: ["upstream", "image", "statistics", "scale", "shift", "shiftGradient", "scaleGradient"],
  numbers: ["channels", "pixels", "size"],
  rates: ["biased"],
  code: `
    fn main(index : i32) {
      if (index >= uniforms.size) { return; }
      ${normalised}
      let passed = select(upstream[index], 0.0, value <= 0.0);
      let centred = (image[index] - statistics[channel]) * inverse;
      let through = shiftGradient[channel] + centred * scaleGradient[channel];
      result[index] = (passed - through / f32(uniforms.pixels)) * factor;
    }
  `,
};

function statisticsOf(image: tf.Tensor, stretches: Stretches): tf.Tensor {
  const { count, blocks, channels } = stretches, numbers = stretchValues(stretches);
  const parts = runShader(momentsOfStretches(stretches.width), {
    inputs: [image],
    numbers,
    outputShape: [count, 2, channels],
    workgroups: count * blocks,
  });
  return runShader(statisticsOfChannels, {
    inputs: [parts],
    numbers,
    outputShape: [2, channels],
    workgroups: channels,
  });
}

/** As in `Kernels`. */
export function batchNormRelu(
  image: tf.Tensor4D,
  norm: BatchNorm,
  collect: CollectStatistics,
): tf.Tensor {
  const stretches = stretchesOf(image), { channels, pixels, count, blocks } = stretches;
  const numbers = { channels, pixels, size: image.size }, outputShape = image.shape;
  const rates = { biased: biasOf(pixels) };
  const operation = withGradient(
    ([image, scale, shift], save) => {
      const statistics = statisticsOf(image, stretches);
      collect(tf.keep(tf.reshape(statistics, [-1])));
      save([image, statistics, scale, shift]);
      return runShader(normalise, {
        inputs: [image, statistics, scale, shift],
        numbers,
        rates,
        outputShape,
      });
    },
    (upstream, saved) => {
      const inputs = [upstream, ...saved];
      const parts = runShader(gradientSumsOfStretches(stretches.width), {
        inputs,
        numbers: stretchValues(stretches),
        rates,
        outputShape: [count, 2, channels],
        workgroups: count * blocks,
      });
      const shiftGradient = addUpStretches(parts, stretches, 0);
      const scaleGradient = addUpStretches(parts, stretches, 1);
      const gradient = runShader(imageGradient, {
        inputs: [...inputs, shiftGradient, scaleGradient],
        numbers,
        rates,
        outputShape,
      });
      return [gradient, scaleGradient, shiftGradient];
    },
  );
  return operation(image, norm.scale, norm.shift);
}

/** As in `Kernels`. */
export function frozenBatchNormRelu(image: tf.Tensor4D, norm: FrozenBatchNorm): tf.Tensor {
  return tf.tidy(() =>
    runShader(normalise, {
      inputs: [image, tf.stack([norm.runningMean, norm.runningVariance]), norm.scale, norm.shift],
      numbers: { channels: image.shape[3], size: image.size },
      rates: { biased: 1 },
      outputShape: image.shape,
    })
  );
}
