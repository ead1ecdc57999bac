/** Which weights a U-Net has and what it costs, counted by hand. */
import assert from "node:assert/strict";
import { assertArchitecture } from "../../../train/network/assert_weights.ts";
import {
  countParameters,
  multiplyAdds,
  referenceArchitecture,
  unetWeights,
} from "../../../train/network/unet_architecture.ts";

const growing = { inputChannels: 3, outputChannels: 1, features: [2, 5], depth: 2 };

Deno.test("unetWeights gives every level its own features", () => {
  const shapes = unetWeights(growing)
    .filter(({ shape }) => shape.length === 4)
    .map(({ name, shape }) => `${name} ${shape.join("x")}`);
  assert.deepEqual(shapes, [
    "layers.0.conv1.weight 2x3x3x3",
    "layers.0.conv2.weight 2x2x3x3",
    "layers.2.conv1.weight 5x2x3x3",
    "layers.2.conv2.weight 5x5x3x3",
    "layers.3.weight 5x2x2x2",
    "layers.4.conv1.weight 2x4x3x3",
    "layers.4.conv2.weight 2x2x3x3",
    "layers.5.weight 1x2x1x1",
  ]);
});

Deno.test("multiplyAdds counts every convolution of every level at its own resolution", () => {
  const top = 9 * (3 * 2 + 2 * 2) + 5 * 2 + 9 * (4 * 2 + 2 * 2) + 2;
  const bottom = 9 * (2 * 5 + 5 * 5);
  assert.equal(multiplyAdds(growing, 8, 4), 32 * top + 8 * bottom);
});

const separable = { ...growing, separable: true };

Deno.test("unetWeights of a separable network has two kernels for each 3x3 convolution but the first", () => {
  const shapes = unetWeights(separable)
    .filter(({ name }) => /conv/.test(name))
    .map(({ name, shape }) => `${name} ${shape.join("x")}`);
  assert.deepEqual(shapes.slice(0, 8), [
    "layers.0.conv1.weight 2x3x3x3",
    "layers.0.conv1.bias 2",
    "layers.0.conv2.depthwise.weight 2x1x3x3",
    "layers.0.conv2.pointwise.weight 2x2x1x1",
    "layers.0.conv2.pointwise.bias 2",
    "layers.2.conv1.depthwise.weight 2x1x3x3",
    "layers.2.conv1.pointwise.weight 5x2x1x1",
    "layers.2.conv1.pointwise.bias 5",
  ]);
  assert.equal(shapes.length, 2 + 5 * 3);
});

Deno.test("multiplyAdds counts both halves of separable convolutions", () => {
  const top = 9 * 3 * 2 + (9 * 2 + 2 * 2) + 5 * 2 + (9 * 4 + 4 * 2) + (9 * 2 + 2 * 2) + 2;
  const bottom = (9 * 2 + 2 * 5) + (9 * 5 + 5 * 5);
  assert.equal(multiplyAdds(separable, 8, 4), 32 * top + 8 * bottom);
});

Deno.test("a list of equal features is the network with one number", () => {
  const list = { ...referenceArchitecture, features: [32, 32, 32, 32] };
  assert.equal(countParameters(list), countParameters(referenceArchitecture));
  assert.equal(multiplyAdds(list, 256, 256), multiplyAdds(referenceArchitecture, 256, 256));
});

Deno.test("assertArchitecture refuses features that are not one for each level", () => {
  const expected = /one for each of its 3 levels: current value is 2, 5/;
  assert.throws(() => assertArchitecture({ ...growing, depth: 3 }), expected);
});
