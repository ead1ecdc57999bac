/**
 * A "same" convolution and its gradients on a GPU. tfjs's own shader convolves and adds the bias in one pass, and
 * convolves the gradient as well; the gradient by the weight, which it has no fast way for, is ours.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { withGradient } from "../kernels/with_gradient.ts";
import { runShader, type Shader } from "./shader.ts";

/** Channels of the image and of the gradient that a workgroup sees to: two of each for each of 16 x 16 invocations. */
const block = 32;

/** Neighbouring pixels that a workgroup has in its own memory, with as many of their neighbours as it takes. */
const segment = 16;

/** Workgroups that keep a large GPU busy, each with a sum of its own in memory. */
const enoughWorkgroups = 512;

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

/** What `imageAt` of {@linkcode products} reads for a pixel within the image. */
type ImageAt = "pixel" | "four pixels";

const readings: Readonly<Record<ImageAt, string>> = {
  "pixel": `
    return image[((batch * uniforms.height + y) * uniforms.width + x) * uniforms.inputs + channel];
  `,
  // The image has twice the height and width; its channels here are those of two by two pixels, row after row.
  "four pixels": `
    let two = uniforms.inputs / 2;
    let row = (batch * uniforms.height + y) * 2 + channel / two;
    return image[(row * uniforms.width + x) * two + channel % two];
  `,
};

/**
 * Products of image and gradient, summed over a share of all segments of rows: [shares, size * size * inputs + 1,
 * outputs]. The last row is the sum of the gradient, which is the gradient by the bias.
 *
 * An invocation holds the sums of all taps for two by two channels. It goes along a segment with a window of the
 * image in registers, so that each number is read once from the workgroup's memory for every row of taps.
 */
function products(size: number, imageAt: ImageAt): Shader {
  const border = (size - 1) / 2, columns = segment + size - 1, taps = size * size;
  const window = (row: number, column: number) => `window_${row}_${column}`;
  const load = (row: number, column: string) => `images[(${row * columns} + ${column}) * 16 + ty]`;
  return {
    name: `gliomap products of a convolution ${size}, ${imageAt}`,
    inputs: ["image", "upstream"],
    numbers: ["height", "width", "inputs", "outputs", "segments", "share", "shares", "inputBlocks"],
    code: `
      var<workgroup> images : array<vec2<f32>, ${size * columns * 16}>;
      var<workgroup> upstreams : array<vec2<f32>, ${segment * 16}>;

      fn imageAt(batch : i32, y : i32, x : i32, channel : i32) -> f32 {
        if (y < 0 || y >= uniforms.height || x < 0 || x >= uniforms.width || channel >= uniforms.inputs) {
          return 0.0;
        }
        ${readings[imageAt]}
      }

      fn upstreamAt(batch : i32, y : i32, x : i32, channel : i32) -> f32 {
        if (x >= uniforms.width || channel >= uniforms.outputs) { return 0.0; }
        return upstream[((batch * uniforms.height + y) * uniforms.width + x) * uniforms.outputs + channel];
      }

      fn main(index : i32) {
        let lane = i32(localIndex);
        let tx = lane % 16;
        let ty = lane / 16;
        let share = i32(workgroupId.x) % uniforms.shares;
        let inputBlock = i32(workgroupId.x) / uniforms.shares % uniforms.inputBlocks;
        let outputBlock = i32(workgroupId.x) / (uniforms.shares * uniforms.inputBlocks);
        let firstInput = inputBlock * ${block};
        let firstOutput = outputBlock * ${block};
        let across = (uniforms.width + ${segment - 1}) / ${segment};
        var bias = vec2<f32>(0.0);
        ${lines(taps, (tap) => `var sum_${tap} = vec4<f32>(0.0);`)}
        let end = min((share + 1) * uniforms.share, uniforms.segments);
        for (var at = share * uniforms.share; at < end; at++) {
          let y = at % uniforms.height;
          let x = at / uniforms.height % across * ${segment};
          let batch = at / (uniforms.height * across);
          workgroupBarrier();
          for (var pair = lane; pair < ${size * columns * 16}; pair += 256) {
            let channel = firstInput + pair % 16 * 2;
            let column = x + pair / 16 % ${columns} - ${border};
            let row = y + pair / ${16 * columns} - ${border};
            images[pair] = vec2<f32>(
              imageAt(batch, row, column, channel), imageAt(batch, row, column, channel + 1));
          }
          for (var pair = lane; pair < ${segment * 16}; pair += 256) {
            let channel = firstOutput + pair % 16 * 2;
            let column = x + pair / 16;
            upstreams[pair] = vec2<f32>(
              upstreamAt(batch, y, column, channel), upstreamAt(batch, y, column, channel + 1));
          }
          workgroupBarrier();
          ${
      lines(size, (row) =>
        lines(size, (column) =>
          `var ${window(row, column)} = ${
            column ? load(row, String(column - 1)) : "vec2<f32>(0.0)"
          };`))
    }
          for (var column = 0; column < ${segment}; column++) {
            let gradient = upstreams[column * 16 + tx];
            bias += gradient;
            ${
      lines(size, (row) =>
        lines(size, (column) => {
          const next = column < size - 1
            ? window(row, column + 1)
            : load(row, `column + ${size - 1}`);
          return `${window(row, column)} = ${next};`;
        }))
    }
            ${
      lines(taps, (tap) => {
        const values = window(Math.floor(tap / size), tap % size);
        return `sum_${tap} += ${values}.xxyy * gradient.xyxy;`;
      })
    }
          }
        }
        let rows = ${taps} * uniforms.inputs + 1;
        let start = share * rows;
        for (var corner = 0; corner < 4; corner++) {
          let channel = firstInput + 2 * ty + corner / 2;
          let output = firstOutput + 2 * tx + corner % 2;
          if (output >= uniforms.outputs) { continue; }
          if (channel < uniforms.inputs) {
            ${
      lines(taps, (tap) =>
        `result[(start + ${tap} * uniforms.inputs + channel) * uniforms.outputs + output] = sum_${tap}[corner];`)
    }
          }
          if (channel == 0) { result[(start + rows - 1) * uniforms.outputs + output] = bias[corner]; }
        }
      }
    `,
  };
}

const sumOfShares: Shader = {
  name: "gliomap sum of shares",
  inputs: ["parts"],
  numbers: ["shares", "length", "first", "size"],
  code: `
    fn main(index : i32) {
      if (index >= uniforms.size) { return; }
      var sum = 0.0;
      for (var share = 0; share < uniforms.shares; share++) {
        sum += parts[share * uniforms.length + uniforms.first + index];
      }
      result[index] = sum;
    }
  `,
};

/** The weight for the way back: turned by half a circle, inputs and outputs exchanged. */
const turned: Shader = {
  name: "gliomap turned weight",
  inputs: ["weight"],
  numbers: ["taps", "inputs", "outputs"],
  code: `
    fn main(index : i32) {
      let inputs = uniforms.inputs;
      let outputs = uniforms.outputs;
      if (index >= uniforms.taps * inputs * outputs) { return; }
      let input = index % inputs;
      let output = index / inputs % outputs;
      let tap = uniforms.taps - 1 - index / (inputs * outputs);
      result[index] = weight[(tap * inputs + input) * outputs + output];
    }
  `,
};

function turn(weight: tf.Tensor): tf.Tensor4D {
  const [height, width, inputs, outputs] = weight.shape as number[];
  return runShader(turned, {
    inputs: [weight],
    numbers: { taps: height * width, inputs, outputs },
    outputShape: [height, width, outputs, inputs],
  }) as tf.Tensor4D;
}

/**
 * Sums of all products, of which the caller takes what it needs: numbers from `first` on, in a tensor of such a shape.
 *
 * @param shape Of the image as the shader sees it: [batch, height, width, inputs].
 */
function sumProducts(
  shader: Shader,
  size: number,
  shape: readonly number[],
  image: tf.Tensor,
  upstream: tf.Tensor,
): (first: number, shape: number[]) => tf.Tensor {
  const [batch, height, width, inputs] = shape, outputs = upstream.shape[3]!;
  const inputBlocks = Math.ceil(inputs / block), blocks = inputBlocks * Math.ceil(outputs / block);
  const segments = batch * height * Math.ceil(width / segment);
  const share = Math.ceil(segments / Math.ceil(enoughWorkgroups / blocks));
  const shares = Math.ceil(segments / share), rows = size * size * inputs + 1;
  const parts = runShader(shader, {
    inputs: [image, upstream],
    numbers: { height, width, inputs, outputs, segments, share, shares, inputBlocks },
    outputShape: [shares, rows, outputs],
    workgroups: shares * blocks,
  });
  return (first, outputShape) =>
    runShader(sumOfShares, {
      inputs: [parts],
      numbers: { shares, length: rows * outputs, first, size: tf.util.sizeFromShape(outputShape) },
      outputShape,
    });
}

/** Gradients by weight [size, size, inputs, outputs] and bias [outputs]. */
function weightGradients(image: tf.Tensor, upstream: tf.Tensor, size: number): tf.Tensor[] {
  const inputs = image.shape[3]!, outputs = upstream.shape[3]!;
  const sums = sumProducts(products(size, "pixel"), size, image.shape, image, upstream);
  return [
    sums(0, [size, size, inputs, outputs]),
    sums(size * size * inputs * outputs, [outputs]),
  ];
}

/**
 * The gradient of a transposed convolution 2x2 with stride 2 by its weight: [2, 2, outputs, inputs].
 *
 * @param upstream [batch, 2 height, 2 width, outputs].
 * @param image [batch, height, width, inputs].
 */
export function upsamplingWeightGradient(upstream: tf.Tensor, image: tf.Tensor): tf.Tensor {
  const [batch, height, width, inputs] = image.shape as number[], outputs = upstream.shape[3]!;
  const shape = [batch, height, width, 4 * outputs];
  return sumProducts(products(1, "four pixels"), 1, shape, upstream, image)(
    0,
    [2, 2, outputs, inputs],
  );
}

function makeConvolution(imageGradient: boolean) {
  return withGradient(
    ([image, weight, bias], save) => {
      save([image, weight]);
      const [x, filter] = [image as tf.Tensor4D, weight as tf.Tensor4D];
      return tf.fused.conv2d({ x, filter, bias, strides: 1, pad: "same" });
    },
    (upstream, [image, weight]) => [
      imageGradient ? tf.conv2d(upstream as tf.Tensor4D, turn(weight), 1, "same") : tf.scalar(0), // tfjs wants a tensor for every input; it drops this one, as nothing watches the image
      ...weightGradients(image, upstream, weight.shape[0]),
    ],
  );
}

const innerConvolution = makeConvolution(true);
const firstConvolution = makeConvolution(false);

/** As in `Kernels`. */
export function convolution(
  image: tf.Tensor4D,
  weight: tf.Tensor4D,
  bias: tf.Tensor1D,
  imageGradient: boolean,
): tf.Tensor {
  return (imageGradient ? innerConvolution : firstConvolution)(image, weight, bias);
}
