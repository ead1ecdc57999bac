/** Who waits for a batch hears that its worker has crashed. */
import assert from "node:assert/strict";
import { noAugmentation } from "../../../train/data/augmentation.ts";
import { workerSource } from "../../../train/data/input_workers.ts";
import { excerpt, preparedSample, preprocessing } from "./patients.ts";

const patients = [excerpt(await preparedSample(0), 8, 1)];

Deno.test("workerSource rejects what was asked for when a worker crashes", async () => {
  const augmentation = { ...noAugmentation, rotation: -1 };
  const size = { height: 64, width: 64 };
  const source = workerSource(patients, { augmentation, preprocessing, size, seed: 1 }, 1);
  const arrays = { image: new Float32Array(64 * 64 * 3), mask: new Uint8Array(64 * 64) };
  const request = { epoch: 1, position: 0, slices: [{ patient: 0, slice: 0 }] };
  await assert.rejects(source.make(request, arrays), /worker crashed: .*rotation must be from 0/);
  await assert.rejects(source.make(request, arrays), /worker crashed/);
  source.close();
});
