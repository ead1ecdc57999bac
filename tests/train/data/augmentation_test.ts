import assert from "node:assert/strict";
import { sequences } from "../../../shared/sequence.ts";
import {
  assertAugmentation,
  type Augmentation,
  augmentationLimits,
  defaultAugmentation,
  drawAugmentation,
  noAugmentation,
} from "../../../train/data/augmentation.ts";
import { randomAt } from "../../../train/data/random_at.ts";

const names = Object.keys(augmentationLimits) as (keyof Augmentation)[];

Deno.test("assertAugmentation takes the defaults, nothing, and every limit", () => {
  for (const augmentation of [defaultAugmentation, noAugmentation, augmentationLimits]) {
    assertAugmentation(augmentation);
  }
});

Deno.test("assertAugmentation names the setting that is out of its range", () => {
  for (const name of names) {
    for (const value of [-0.01, augmentationLimits[name] + 0.01, NaN]) {
      assert.throws(
        () => assertAugmentation({ ...noAugmentation, [name]: value }),
        (error) => error instanceof RangeError && error.message.includes(` ${name} must be from 0`),
      );
    }
  }
});

Deno.test("drawAugmentation follows from its generator, and every setting changes what is drawn", () => {
  const drawn = (augmentation: Augmentation) =>
    JSON.stringify(
      Array.from({ length: 20 }, (_, place) =>
        drawAugmentation(augmentation, sequences, randomAt(place))),
    );
  assert.equal(drawn(defaultAugmentation), drawn(defaultAugmentation));
  const alone = names.map((name) => drawn({ ...noAugmentation, [name]: augmentationLimits[name] }));
  assert.equal(new Set([drawn(noAugmentation), ...alone]).size, names.length + 1);
});

Deno.test("drawAugmentation draws unlike values for each sequence", () => {
  const { intensity, scalingError, noise, blur } = drawAugmentation(
    augmentationLimits,
    sequences,
    randomAt(1),
  );
  const drawn = {
    ...Object.fromEntries(
      (["gamma", "contrast", "gain", "brightness"] as const)
        .map((name) => [name, intensity.map((change) => change[name])]),
    ),
    divisors: scalingError.divisors,
    offsets: scalingError.offsets,
    noise: noise.deviations,
    blur,
  };
  for (const [name, values] of Object.entries(drawn)) {
    assert.equal(new Set(values).size, sequences.length, `${name}: ${values}`);
  }
});
