import assert from "node:assert/strict";
import test from "node:test";
import type { ModelCard } from "../../../shared/model_card.ts";
import type { Segmentation } from "../../../shared/inference/segment_slice.ts";
import { segmentVolume } from "../../../shared/inference/segment_volume.ts";
import type { SegmentOptions } from "../../../shared/inference/worker_pool.ts";
import { foregroundPreprocessing, volumeScaling } from "../../../shared/scaling.ts";
import type { Slice } from "../../../shared/volume.ts";
import { readRepositoryFile } from "../repository.ts";

const card: ModelCard = JSON.parse(
  new TextDecoder().decode(await readRepositoryFile("edge/models/reference/card.json")),
);
const volume = {
  data: Uint8Array.from({ length: 4 * 2 * 3 * 3 }, (_, index) => index),
  slices: 4,
  height: 2,
  width: 3,
  channels: 3,
};

/** What a model says of a slice that it outlines like this. */
function outlined({ height, width }: Slice, pixels: readonly number[]): Segmentation {
  const shape = [height, width], data = new Uint8Array(height * width);
  for (const pixel of pixels) data[pixel] = 1;
  const timings = { preprocess: 0, infer: 0, postprocess: 0 };
  return { mask: { data, shape }, probability: { data: Float32Array.from(data), shape }, timings };
}

test("segmentVolume cleans up the mask of the whole, after slices were told as they are", async () => {
  // A piece through all slices, and one of a single voxel that is apart.
  const segment = (slice: Slice) =>
    Promise.resolve(outlined(slice, slice.data[0] === 0 ? [0, 5] : [0]));
  const told: number[] = [];
  const mask = await segmentVolume({ segment }, { ...card, smallestComponent: 0.5 }, volume, {
    onSlice: (_, { mask }) => told.push(mask.data.reduce((sum, pixel) => sum + pixel, 0)),
  });
  assert.deepEqual(told, [2, 1, 1, 1]);
  assert.deepEqual([...mask.data], [0, 1, 2, 3].flatMap(() => [1, 0, 0, 0, 0, 0]));
});

test("segmentVolume scales slices by the whole volume, or as it is told", async () => {
  for (const scaling of [undefined, volumeScaling(volume, foregroundPreprocessing)]) {
    const seen: unknown[] = [];
    const segment = (slice: Slice, options?: SegmentOptions) => {
      seen.push(options?.scaling);
      return Promise.resolve(outlined(slice, []));
    };
    await segmentVolume({ segment }, card, volume, { scaling });
    assert.deepEqual(seen, Array(4).fill(scaling ?? volumeScaling(volume, card.preprocessing)));
  }
});

test("segmentVolume asks for no more slices at once than it has lanes, and waits for who is told", async () => {
  let running = 0, most = 0;
  const segment = async (slice: Slice) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve));
    return outlined(slice, []);
  };
  const onSlice = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    running--;
  };
  await segmentVolume({ segment }, card, volume, { lanes: 2, onSlice });
  assert.deepEqual([most, running], [2, 0]);
});

test("segmentVolume lets go of what other lanes wait for where a slice fails", async () => {
  const signals: AbortSignal[] = [], failure = new Error("out of luck");
  const segment = (_: Slice, { signal }: SegmentOptions = {}) => {
    signals.push(signal!);
    if (signals.length === 2) return Promise.reject(failure);
    return new Promise<Segmentation>((_, reject) =>
      signal!.addEventListener("abort", () => reject(signal!.reason))
    );
  };
  await assert.rejects(segmentVolume({ segment }, card, volume, { lanes: 2 }), failure);
  assert.deepEqual(signals.map(({ aborted, reason }) => [aborted, reason]), [
    [true, failure],
    [true, failure],
  ]);
});
