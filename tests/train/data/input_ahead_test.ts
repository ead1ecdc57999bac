/** Batches are made before they are asked for, by all workers, and nothing is held in memory twice. */
import assert from "node:assert/strict";
import { noAugmentation as augmentation } from "../../../train/data/augmentation.ts";
import type {
  InputMessage,
  MakeMessage,
  StartMessage,
} from "../../../train/data/input_protocol.ts";
import { type InputSettings, openTrainingInput } from "../../../train/data/training_input.ts";
import { watchWorkers } from "../support/watch_workers.ts";
import { excerpt, preparedSample, preprocessing } from "./patients.ts";

/** Ten batches of a slice. */
const patients = [excerpt(await preparedSample(0), 5, 10)];
const size = { height: 32, width: 32 };
const settings: InputSettings = { batchSize: 1, seed: 3, augmentation, preprocessing, size };

/** Which slices of the epoch each worker was asked for. */
function positions(sent: readonly (readonly unknown[])[]): number[][] {
  return sent.map((messages) =>
    (messages as InputMessage[]).filter((message): message is MakeMessage =>
      message.kind === "make"
    )
      .map(({ request }) => request.position)
  );
}

for (
  const [changes, first, second] of [
    [{ workers: 2 }, [[0, 2], [1, 3]], 5],
    [{ workers: 3, prefetch: 7 }, [[0, 3, 6], [1, 4], [2, 5]], 8],
  ] as const
) {
  Deno.test(`openTrainingInput has all of ${changes.workers} workers make batches that nobody has asked for yet`, () =>
    watchWorkers(async (sent) => {
      const input = openTrainingInput(patients, { ...settings, ...changes });
      try {
        const batches = input.batches(1);
        await batches.next();
        assert.deepEqual(positions(sent), first);
        await batches.next();
        assert.deepEqual(
          positions(sent).flat().sort(),
          Array.from({ length: second }, (_, i) => i),
        );
        for await (const _ of batches);
        assert.equal(positions(sent).flat().length, 10, "and none of the next epoch");
      } finally {
        input.close();
      }
    }));
}

Deno.test("openTrainingInput uses the memory of a batch that is done for a later one", async () => {
  const input = openTrainingInput(patients, { ...settings, workers: 0 });
  const memory = new Set<ArrayBufferLike>();
  for (const epoch of [1, 2]) {
    for await (const { image } of input.batches(epoch)) memory.add(image.buffer);
  }
  input.close();
  assert.equal(memory.size, 1);
});

Deno.test("openTrainingInput copies pixels into shared memory once for all workers, and none that are there", async () => {
  const [{ volume, mask }] = patients,
    data = new Uint8Array(new SharedArrayBuffer(volume.data.length));
  data.set(volume.data as Uint8Array);
  const shared = { ...patients[0], id: "shared", volume: { ...volume, data } };
  await watchWorkers((sent) => {
    openTrainingInput([...patients, shared], { ...settings, workers: 2 }).close();
    const [[one], [other]] = sent as readonly (readonly StartMessage[])[];
    for (const [index, { volume, mask }] of one.patients.entries()) {
      for (const { buffer } of [volume.data, mask.data]) {
        assert.ok(buffer instanceof SharedArrayBuffer);
      }
      assert.equal(other.patients[index].volume.data, volume.data);
      assert.equal(other.patients[index].mask.data, mask.data);
    }
    assert.deepEqual(one.patients[0].volume.data, volume.data);
    assert.deepEqual(one.patients[0].mask.data, mask.data);
    assert.equal(one.patients[1].volume.data, data);
    return Promise.resolve();
  });
});
