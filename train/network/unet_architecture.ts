/**
 * The U-Net of giacomodeodato/Brain-MRI-segmentation, described without an engine: which weights it has,
 * what they are called, what a forward pass costs and which image sizes it takes.
 *
 * The network is iterative in depth: `depth` encoder blocks with a 2x2 max pooling between them, then
 * `depth - 1` times a transposed convolution, a concatenation (upsampled, skip) and a block. A block is
 * (3x3 convolution, batch normalisation, ReLU) twice. In the method's own network every level has the same
 * number of features; here each may have its own, since half of a pass is spent at the full resolution, where
 * a few features do.
 * Its 3x3 convolutions but the first may be separable: a kernel of its own for each channel, then a 1x1 convolution
 * across channels, for a ninth and more of the multiply-adds.
 *
 * PyTorch keeps all of them in one list, `layers`, so the names count through it:
 * block 0, pool 1, block 2, ... for the encoder, then up, block, up, block, ..., and the 1x1 head last.
 *
 * @module
 */

/** What has to be known to build the network. */
export interface UNetArchitecture {
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** Features at every level, or those of each, full resolution first. */
  readonly features: number | readonly number[];
  /** Encoder blocks; there is one pooling fewer. From 2 to 7. */
  readonly depth: number;
  /**
   * Whether every 3x3 convolution but the first, whose inputs are few, is separable: `conv1.depthwise` and
   * `conv1.pointwise`, the latter with the bias. Absent: none is.
   *
   * Source: Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions" (2017),
   * https://arxiv.org/abs/1610.02357.
   */
  readonly separable?: boolean;
}

/** One weight or running statistic of the network, shaped as in PyTorch. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** False for the running mean and variance of a batch normalisation, which no gradient reaches. */
  readonly trainable: boolean;
}

/** The method's own network: 161,985 trainable weights, 3.525 GMAC for 256x256. */
export const referenceArchitecture: UNetArchitecture = {
  inputChannels: 3,
  outputChannels: 1,
  features: 32,
  depth: 4,
};

/** The smallest and largest depth the network can be built with. */
export const depthRange: readonly [number, number] = [2, 7];

/**
 * Features of one level, from 0 (full resolution).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(featuresAt(referenceArchitecture, 3), 32);
 * assert.equal(featuresAt({ ...referenceArchitecture, features: [8, 16, 32, 64] }, 3), 64);
 * ```
 */
export function featuresAt(
  { features }: Pick<UNetArchitecture, "features">,
  level: number,
): number {
  return typeof features === "number" ? features : features[level];
}

/**
 * The features that a file's metadata or a command line name: `32`, or `16,32,64` for each level.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(parseFeatures("32"), 32);
 * assert.deepEqual(parseFeatures("16,32"), [16, 32]);
 * ```
 */
export function parseFeatures(text: string): number | readonly number[] {
  const numbers = text.split(",").map(Number);
  return numbers.length === 1 ? numbers[0] : numbers;
}

/** Level that a decoder step leads up to: the last step reaches level 0. */
function levelOfStep({ depth }: UNetArchitecture, step: number): number {
  return depth - 2 - step;
}

/** Index in PyTorch's `layers` of encoder block `level` (from 0, full resolution first). */
export function encoderLayer(level: number): number {
  return 2 * level;
}

/** Index in PyTorch's `layers` of the upsampling of decoder step `step` (from 0, lowest resolution first). */
export function upsampleLayer(architecture: UNetArchitecture, step: number): number {
  return 2 * architecture.depth - 1 + 2 * step;
}

/** Index in PyTorch's `layers` of the 1x1 convolution at the end. */
export function headLayer(architecture: UNetArchitecture): number {
  return 4 * architecture.depth - 3;
}

function convolutionWeights(
  name: string,
  inputs: number,
  features: number,
  separable: boolean,
): WeightSpec[] {
  if (!separable) {
    return [
      { name: `${name}.weight`, shape: [features, inputs, 3, 3], trainable: true },
      { name: `${name}.bias`, shape: [features], trainable: true },
    ];
  }
  return [
    { name: `${name}.depthwise.weight`, shape: [inputs, 1, 3, 3], trainable: true },
    { name: `${name}.pointwise.weight`, shape: [features, inputs, 1, 1], trainable: true },
    { name: `${name}.pointwise.bias`, shape: [features], trainable: true },
  ];
}

function blockWeights(
  layer: number,
  inputs: number,
  features: number,
  separable: boolean,
): WeightSpec[] {
  const specs: WeightSpec[] = [];
  for (const [half, channels] of [[1, inputs], [2, features]]) {
    const name = `layers.${layer}.conv${half}`, norm = `layers.${layer}.bn${half}`;
    const isFirst = layer === encoderLayer(0) && half === 1;
    specs.push(
      ...convolutionWeights(name, channels, features, separable && !isFirst),
      { name: `${norm}.weight`, shape: [features], trainable: true },
      { name: `${norm}.bias`, shape: [features], trainable: true },
      { name: `${norm}.running_mean`, shape: [features], trainable: false },
      { name: `${norm}.running_var`, shape: [features], trainable: false },
    );
  }
  return specs;
}

/** Every weight and running statistic of the network, in the order of its layers. */
export function unetWeights(architecture: UNetArchitecture): WeightSpec[] {
  const { inputChannels, outputChannels, depth, separable = false } = architecture;
  const features = (level: number) => featuresAt(architecture, level);
  const specs: WeightSpec[] = [];
  for (let level = 0; level < depth; level++) {
    const inputs = level ? features(level - 1) : inputChannels;
    specs.push(...blockWeights(encoderLayer(level), inputs, features(level), separable));
  }
  for (let step = 0; step < depth - 1; step++) {
    const layer = upsampleLayer(architecture, step), level = levelOfStep(architecture, step);
    const shape = [features(level + 1), features(level), 2, 2];
    specs.push({ name: `layers.${layer}.weight`, shape, trainable: true });
    specs.push(...blockWeights(layer + 1, 2 * features(level), features(level), separable));
  }
  const head = `layers.${headLayer(architecture)}`;
  specs.push(
    { name: `${head}.weight`, shape: [outputChannels, features(0), 1, 1], trainable: true },
    { name: `${head}.bias`, shape: [outputChannels], trainable: true },
  );
  return specs;
}

/**
 * How many numbers training adjusts (running statistics left out).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(countParameters(referenceArchitecture), 161_985);
 * ```
 */
export function countParameters(architecture: UNetArchitecture): number {
  return unetWeights(architecture)
    .filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + shape.reduce((size, length) => size * length, 1), 0);
}

/**
 * Multiply-adds of one forward pass over one image.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal((multiplyAdds(referenceArchitecture, 256, 256) / 1e9).toFixed(3), "3.525");
 * const separable = { ...referenceArchitecture, separable: true };
 * assert.equal((multiplyAdds(separable, 256, 256) / 1e9).toFixed(3), "0.628");
 * ```
 */
export function multiplyAdds(
  architecture: UNetArchitecture,
  height: number,
  width: number,
): number {
  const { inputChannels, outputChannels, depth, separable } = architecture;
  const features = (level: number) => featuresAt(architecture, level);
  const pixels = height * width;
  const plain = (inputs: number, outputs: number) => 9 * inputs * outputs;
  const convolution = separable
    ? (inputs: number, outputs: number) => inputs * (9 + outputs)
    : plain;
  const block = (inputs: number, outputs: number) =>
    convolution(inputs, outputs) + convolution(outputs, outputs);
  const first = plain(inputChannels, features(0)) + convolution(features(0), features(0));
  let sum = pixels * (first + features(0) * outputChannels);
  for (let level = 1; level < depth; level++) {
    const here = features(level), above = features(level - 1);
    sum += pixels / 4 ** level * block(above, here);
    // Up to the level above: a 2x2 transposed convolution with stride 2, then a block on the concatenation.
    sum += pixels / 4 ** (level - 1) * (here * above + block(2 * above, above));
  }
  return sum;
}

/** Both sides of an image must be a multiple of this many pixels, so that every pooling halves them. */
export function sizeMultiple(architecture: UNetArchitecture): number {
  return 2 ** (architecture.depth - 1);
}

/**
 * Refuses an image size that the poolings cannot halve.
 *
 * @throws {RangeError} naming the sizes around it that fit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assertImageSize(referenceArchitecture, 256, 240);
 * assert.throws(() => assertImageSize(referenceArchitecture, 250, 256), /248 or 256/);
 * ```
 */
export function assertImageSize(
  architecture: UNetArchitecture,
  height: number,
  width: number,
): void {
  const multiple = sizeMultiple(architecture);
  for (const [side, length] of [["height", height], ["width", width]] as const) {
    if (length > 0 && length % multiple === 0) continue;
    const below = Math.floor(length / multiple) * multiple;
    const fitting = below > 0 ? `${below} or ${below + multiple}` : `${multiple}`;
    throw new RangeError(
      `Cannot use a U-Net of depth ${architecture.depth} as the image's ${side} must be a multiple of ` +
        `${multiple} (${fitting} would fit): current value is ${length}`,
    );
  }
}
