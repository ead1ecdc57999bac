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
function positions(sent: readonly (readonly unknown[])[], epoch = 1): number[][] {
  return sent.map((messages) =>
    (messages as InputMessage[])
      .filter((message): message is MakeMessage => message.kind === "make")
      .filter(({ request }) => request.epoch === epoch)
      .map(({ request }) => request.position)
  );
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, position) => position);
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
        assert.deepEqual(positions(sent).flat().sort(), upTo(second));
        for await (const _ of batches);
        assert.deepEqual(positions(sent).flat().sort(), upTo(10));
        assert.deepEqual(positions(sent, 2).flat(), [], "and none after the last epoch");
      } finally {
        input.close();
      }
    }));
}

Deno.test("openTrainingInput has workers begin with the next epoch while this one's last batches are learned from", () =>
  watchWorkers(async (sent) => {
    const input = openTrainingInput(patients, { ...settings, workers: 2, prefetch: 3, epochs: 2 });
    const begun = (epoch: number) => positions(sent, epoch).flat().sort();
    try {
      const first = input.batches(1);
      for (let batch = 1; batch <= 10; batch++) {
        await first.next();
        assert.deepEqual(begun(1), upTo(Math.min(batch + 2, 10)));
        assert.deepEqual(begun(2), upTo(Math.max(batch - 8, 0)), `with batch ${batch} handed out`);
      }
      await first.next();
      assert.deepEqual(begun(2), upTo(3), "with the last one learned from");
      await input.batches(2).next();
      assert.deepEqual(begun(2), upTo(3), "and they are those of the next epoch");
    } finally {
      input.close();
    }
  }));

Deno.test("openTrainingInput makes each batch of all epochs once, and none after the last", () =>
  watchWorkers(async (sent) => {
    const input = openTrainingInput(patients, { ...settings, workers: 2, prefetch: 4, epochs: 3 });
    try {
      for await (const _ of input.batches(1, 8));
      for (const epoch of [2, 3]) for await (const _ of input.batches(epoch));
    } finally {
      input.close();
    }
    assert.deepEqual(positions(sent, 1).flat().sort(), [8, 9]);
    for (const epoch of [2, 3]) assert.deepEqual(positions(sent, epoch).flat().sort(), upTo(10));
    assert.deepEqual(positions(sent, 4).flat(), []);
  }));

Deno.test("openTrainingInput has no more batches in memory than are made ahead, over the ends of epochs as well", async () => {
  const { postMessage } = Worker.prototype;
  let fresh = 0;
  // Memory that held a batch has pixels that are not black.
  Worker.prototype.postMessage = function (message: InputMessage, ...options: unknown[]) {
    if (message.kind === "make" && message.arrays.image.every((value) => value === 0)) fresh++;
    Reflect.apply(postMessage, this, [message, ...options]);
  };
  try {
    const input = openTrainingInput(patients, { ...settings, workers: 2, prefetch: 4, epochs: 3 });
    for (const epoch of [1, 2, 3]) for await (const _ of input.batches(epoch));
    input.close();
  } finally {
    Worker.prototype.postMessage = postMessage;
  }
  assert.equal(fresh, 4);
});

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
