import assert from "node:assert/strict";
import { recipes } from "../../../train/fit/training_settings.ts";
import { trainingWindow } from "../../../train/data/training_window.ts";
import { preparedSample } from "./patients.ts";

const patient = await preparedSample(0);

function ofSize(height: number, width: number) {
  return { ...patient, volume: { ...patient.volume, height, width } };
}

function windowOf(name: keyof typeof recipes, ...sizes: [number, number][]) {
  const { depth, features, crop, downsampling } = recipes[name];
  const architecture = { inputChannels: 3, outputChannels: 1, features, depth };
  const { height, width } = trainingWindow(
    { crop, downsampling },
    architecture,
    sizes.map(([height, width]) => ofSize(height, width)),
  );
  return [height, width];
}

Deno.test("trainingWindow is the recipe's crop over the published data, BraTS and mixed sizes", () => {
  for (const name of ["best", "preview"] as const) {
    assert.deepEqual(windowOf(name, [256, 256]), [192, 192]);
    assert.deepEqual(windowOf(name, [240, 240]), [192, 192]);
    assert.deepEqual(windowOf(name, [128, 128], [240, 240]), [192, 192]);
  }
});

Deno.test("trainingWindow is no larger than the largest slices, filled up", () => {
  assert.deepEqual(windowOf("best", [128, 128]), [128, 128]);
  assert.deepEqual(windowOf("preview", [155, 240], [130, 100]), [160, 192]);
  assert.deepEqual(windowOf("reference", [250, 256]), [256, 256]);
  assert.deepEqual(windowOf("reference", [128, 180], [200, 100]), [200, 184]);
});

Deno.test("trainingWindow refuses a crop that the network cannot halve, naming the sizes that fit", () => {
  const architecture = { inputChannels: 3, outputChannels: 1, features: 8, depth: 4 };
  for (const [crop, fitting] of [[100, "96 or 112 would fit"], [10, "\\(16 would fit"]] as const) {
    assert.throws(
      () => trainingWindow({ crop, downsampling: 2 }, architecture, [patient]),
      (error) =>
        error instanceof RangeError &&
        new RegExp(`--crop must be a multiple of 16 .*${fitting}.*value is ${crop}$`).test(
          error.message,
        ),
    );
  }
});
