/**
 * A "same" convolution and its gradients on a GPU. The gradient by the image is a convolution as well. What our own
 * shaders do not take, tfjs's does.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { withGradient } from "../kernels/with_gradient.ts";
import { directConvolution, isDirect } from "./direct_convolution.ts";
import { pointwiseConvolution } from "./pointwise_convolution.ts";
import { runShader, type Shader } from "./shader.ts";
import { weightGradients } from "./weight_gradient.ts";

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

function convolve(image: tf.Tensor, filter: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  if (isDirect(filter.shape)) return directConvolution(image, filter, bias);
  if (filter.shape[0] === 1) return pointwiseConvolution(image, filter, bias);
  const [x, strides, pad] = [image as tf.Tensor4D, 1, "same"] as const;
  return tf.fused.conv2d({ x, filter: filter as tf.Tensor4D, bias, strides, pad });
}

function makeConvolution(imageGradient: boolean) {
  return withGradient(
    ([image, weight, bias], save) => {
      save([image, weight]);
      return convolve(image, weight, bias);
    },
    (upstream, [image, weight]) => [
      imageGradient ? convolve(upstream, turn(weight)) : tf.scalar(0), // tfjs wants a tensor for every input; it drops this one, as nothing watches the image
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
