/** Every setting of the recipes in figures of its own: what a training does that is told only a recipe's name. */
import assert from "node:assert/strict";
import { recipes, type TrainingSettings } from "../../../train/fit/training_settings.ts";

Deno.test("the recipe reference is the original method", () => {
  assert.deepEqual(recipes.reference, {
    // The network: 32 features at each of 4 levels, plain convolutions, one channel for each sequence.
    depth: 4,
    features: 32,
    sequences: ["pre-contrast", "FLAIR", "post-contrast"],
    // Its input: whole slices at their own resolution, scaled by the 10th and the 99th percentile of the volume.
    preprocessing: { method: "percentile", low: 10, high: 99 },
    downsampling: 1,
    crop: 0,
    augmentation: {
      rotation: 0,
      zoom: 0,
      shift: 0,
      flip: 0,
      verticalFlip: 0,
      gamma: 0,
      contrast: 0,
      gain: 0,
      brightness: 0,
      noise: 0,
      blur: 0,
      sliceScaling: 0,
      divisorJitter: 0,
      offsetJitter: 0,
      sequenceDropout: 0,
      tumorFading: 0,
    },
    tumorWeight: 1,
    // The loss: Dice alone, which takes no weight of the cross-entropy.
    loss: "dice",
    crossEntropyWeight: 0.5,
    // Adam with its usual momentum, at a tenth of the rate after epoch 30.
    schedule: {
      kind: "milestones",
      learningRate: 0.0001,
      milestones: [30],
      gamma: 0.1,
      warmup: 0,
      momentum: "constant",
    },
    weightDecay: 0,
    clipNorm: 0,
    averageDecay: 0,
    precision: "fp32",
    // 150 epochs of batches of 8; the checkpoint with the lowest validation loss, and all of its outline.
    epochs: 150,
    batchSize: 8,
    patience: 0,
    checkpoint: "best",
    smallestComponent: 0,
    seed: 42,
  });
});

/** The best that is known, found by experiment: `models.md` in train/ says by which. */
const best: TrainingSettings = {
  // The network: 32 to 64 features at 6 levels, plain convolutions, one channel for each sequence.
  depth: 6,
  features: [32, 32, 32, 48, 64, 64],
  sequences: ["pre-contrast", "FLAIR", "post-contrast"],
  // Its input: windows of 192 pixels at the slices' own resolution, scaled by percentiles of the head.
  preprocessing: { method: "foreground", head: 0.12, low: 10, high: 90, limit: 1.5 },
  downsampling: 1,
  crop: 192,
  augmentation: {
    rotation: 25,
    zoom: 0.25,
    shift: 0.05,
    flip: 0.5,
    verticalFlip: 0,
    gamma: 0.25,
    contrast: 0.15,
    gain: 0.1,
    brightness: 0.05,
    noise: 0.02,
    blur: 0.7,
    sliceScaling: 0.5,
    divisorJitter: 0.2,
    offsetJitter: 0.1,
    sequenceDropout: 0.5,
    tumorFading: 0,
  },
  tumorWeight: 3,
  // The loss: Dice and half the cross-entropy.
  loss: "dice+ce",
  crossEntropyWeight: 0.5,
  // AdamW with its usual momentum over one cycle, a fifth of which the rate rises; gradients of length 1 at most.
  schedule: {
    kind: "one-cycle",
    learningRate: 0.003,
    milestones: [],
    gamma: 1,
    warmup: 0.2,
    momentum: "constant",
  },
  weightDecay: 0.01,
  clipNorm: 1,
  averageDecay: 0.999,
  precision: "fp32",
  // 40 epochs of batches of 8; the averaged weights at their end, and of its outline no piece under half the largest.
  epochs: 40,
  batchSize: 8,
  patience: 0,
  checkpoint: "last",
  smallestComponent: 0.5,
  seed: 42,
};

Deno.test("the recipe best is the best that is known", () => {
  assert.deepEqual(recipes.best, best);
});

Deno.test("the recipe preview is the best at half the resolution, then 20 epochs at a constant rate", () => {
  assert.deepEqual(recipes.preview, {
    ...best,
    // A level less, separable convolutions.
    depth: 5,
    features: [32, 32, 48, 64, 64],
    separable: true,
    downsampling: 2,
    // 40 epochs as before, and what follows them.
    epochs: 60,
    constantEnd: { epochs: 20, learningRate: 0.002, averageDecay: 0.9995 },
  });
});
