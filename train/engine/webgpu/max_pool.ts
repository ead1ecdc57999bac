/**
 * 2x2 maximum with stride 2 on a GPU; its gradient goes to the first of the four pixels that holds it, as in PyTorch.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { withGradient } from "../kernels/with_gradient.ts";
import { runShader, type Shader, threads } from "./shader.ts";

/** An invocation sees to one maximum and the four pixels that it came from. */
const gradient: Shader = {
  name: "gliomap gradient of a maximum",
  inputs: ["upstream", "image", "pooled"],
  numbers: ["channels", "width", "size"],
  code: `
    fn main(index : i32) {
      if (index >= uniforms.size) { return; }
      let channels = uniforms.channels;
      let row = uniforms.width * channels;
      let channel = index % channels;
      let pixel = index / channels;
      let across = uniforms.width / 2;
      let corner = pixel / across * 2 * row + pixel % across * 2 * channels + channel;
      let places = vec4<i32>(corner, corner + channels, corner + row, corner + row + channels);
      var open = true;
      for (var place = 0; place < 4; place++) {
        let at = places[place];
        let chosen = open && image[at] == pooled[index];
        result[at] = select(0.0, upstream[index], chosen);
        open = open && !chosen;
      }
    }
  `,
};

const pool = withGradient(
  ([image], save) => {
    const pooled = tf.maxPool(image as tf.Tensor4D, 2, 2, "valid");
    save([image, pooled]);
    return pooled;
  },
  (upstream, [image, pooled]) => {
    const [, , width, channels] = image.shape as number[], size = pooled.size;
    return [
      runShader(gradient, {
        inputs: [upstream, image, pooled],
        numbers: { channels, width, size },
        outputShape: image.shape,
        workgroups: Math.ceil(size / threads),
      }),
    ];
  },
);

/** As in `Kernels`. */
export function maxPool(image: tf.Tensor4D): tf.Tensor {
  return pool(image);
}
