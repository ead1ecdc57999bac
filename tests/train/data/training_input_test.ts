import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { sequences } from "../../../shared/sequence.ts";
import { defaultAugmentation, noAugmentation } from "../../../train/data/augmentation.ts";
import { roundToBfloat16 } from "../../../train/data/bfloat16.ts";
import { epochSlices } from "../../../train/data/sampler.ts";
import {
  type InputSettings,
  openTrainingInput,
  type TrainingInput,
} from "../../../train/data/training_input.ts";
import {
  maskOfSlice,
  type PreparedPatient,
  scaledSlice,
} from "../../../train/data/prepared_patient.ts";
import type { Precision } from "../../../train/engine/kernels/precision.ts";
import { resized } from "../support/resized.ts";
import { excerpt, preparedSample, preprocessing } from "./patients.ts";

/** 13 slices of two patients, some with tumor. */
const patients = [
  excerpt(await preparedSample(0), 8, 7),
  excerpt(await preparedSample(3), 4, 6),
];
const settings: InputSettings = {
  batchSize: 4,
  seed: 42,
  augmentation: defaultAugmentation,
  preprocessing,
  size: { height: 64, width: 64 },
};

interface KeptBatch {
  readonly shape: readonly number[];
  readonly image: Float32Array | Uint16Array;
  readonly mask: Uint8Array;
  /** Of every bit of both arrays. */
  readonly hash: string;
}

async function kept(input: TrainingInput, epoch: number, from?: number): Promise<KeptBatch[]> {
  const batches: KeptBatch[] = [];
  for await (const { shape, image, mask } of input.batches(epoch, from)) {
    const hash = createHash("sha256").update(image).update(mask).digest("hex");
    batches.push({ shape, image: image.slice(), mask: mask.slice(), hash });
  }
  return batches;
}

function hashes(batches: readonly KeptBatch[]): string[] {
  return batches.map(({ hash }) => hash);
}

async function withInput<T>(
  changes: Partial<InputSettings>,
  use: (input: TrainingInput) => Promise<T>,
  from: readonly PreparedPatient[] = patients,
): Promise<T> {
  const input = openTrainingInput(from, { ...settings, ...changes });
  try {
    return await use(input);
  } finally {
    input.close();
  }
}

Deno.test(
  "openTrainingInput makes the same batches, to the bit, in line and in 1, 2 and 4 workers",
  async () => {
    const twoEpochs = async (input: TrainingInput) => [
      ...await kept(input, 1),
      ...await kept(input, 2),
    ];
    const inline = await withInput({ workers: 0, tumorWeight: 2 }, twoEpochs);
    assert.deepEqual(inline.map(({ shape }) => shape[0]), [4, 4, 4, 1, 4, 4, 4, 1]);
    for (const [workers, prefetch] of [[1, 1], [1, 3], [2, undefined], [4, 9]]) {
      for (const epochs of [1, 2, 3]) {
        const made = await withInput({ workers, prefetch, epochs, tumorWeight: 2 }, twoEpochs);
        assert.deepEqual(hashes(made), hashes(inline), `${workers} workers, ${epochs} epochs`);
      }
    }
  },
);

Deno.test("openTrainingInput for bf16 rounds the same images to bfloat16, in any number of workers", async () => {
  const made = (workers: number, precision: Precision) =>
    withInput({ workers, precision }, (input) => kept(input, 1));
  const rounded = (await made(0, "fp32")).map(({ image, mask, shape }) => {
    const bits = new Uint16Array(image.length);
    roundToBfloat16(image as Float32Array, bits);
    return { image: bits, mask, shape };
  });
  for (const workers of [0, 1, 3]) {
    const batches = await made(workers, "bf16");
    assert.deepEqual(batches.map(({ image, mask, shape }) => ({ image, mask, shape })), rounded);
  }
});

Deno.test("openTrainingInput makes the same batches in any number of workers where slices are smaller than their window", async () => {
  const unlike = [resized(patients[0], 100, 150), resized(patients[1], 150, 100)];
  const changes = { crop: { height: 160, width: 160 }, size: { height: 80, width: 80 } };
  const made = (workers: number) =>
    withInput({ ...changes, workers }, async (input) => hashes(await kept(input, 1)), unlike);
  const inline = await made(0);
  for (const workers of [1, 3]) assert.deepEqual(await made(workers), inline);
});

Deno.test("openTrainingInput makes the same samples in batches of any size", async () => {
  const samples = (batches: readonly KeptBatch[]) =>
    batches.flatMap(({ image, shape: [count] }) =>
      Array.from({ length: count }, (_, place) => {
        const values = image.length / count;
        const sample = image.subarray(place * values, (place + 1) * values);
        return createHash("sha256").update(sample).digest("hex");
      })
    );
  const inBatchesOf = (batchSize: number) =>
    withInput({ batchSize, workers: 1 }, async (input) => samples(await kept(input, 1)));
  const all = await inBatchesOf(13);
  assert.equal(new Set(all).size, 13);
  for (const batchSize of [1, 5]) assert.deepEqual(await inBatchesOf(batchSize), all);
});

Deno.test("openTrainingInput gives each process its share of the same batches", async () => {
  const batches = (changes: Partial<InputSettings>) =>
    withInput({ workers: 1, ...changes }, (input) => kept(input, 3));
  const whole = await batches({}), size = 3;
  const shares = await Promise.all(
    [0, 1, 2].map((rank) => batches({ place: { rank, size } })),
  );
  const counts = shares.map((share) => share.map(({ shape }) => shape[0]));
  assert.deepEqual(counts, [[2, 2, 2, 1], [1, 1, 1, 0], [1, 1, 1, 0]]);
  for (const [index, { image, mask }] of whole.entries()) {
    const parts = shares.map((share) => share[index]);
    assert.deepEqual(Float32Array.from(parts.flatMap((part) => [...part.image])), image);
    assert.deepEqual(Uint8Array.from(parts.flatMap((part) => [...part.mask])), mask);
  }
});

Deno.test(
  "openTrainingInput without augmentation gives the slices in the sampler's order",
  async () => {
    const changes = { augmentation: noAugmentation, size: undefined, workers: 1, tumorWeight: 3 };
    const batches = await withInput(changes, (input) => kept(input, 5));
    const slices = patients.flatMap((patient) =>
      Array.from({ length: patient.volume.slices }, (_, index) => ({ patient, index }))
    );
    const hasTumor = slices.map(({ patient, index }) => maskOfSlice(patient, index).includes(1));
    const order = epochSlices(hasTumor, { seed: 42, epoch: 5, tumorWeight: 3 });
    const pixels = 256 * 256;
    for (const [position, chosen] of order.entries()) {
      const { image, mask, shape } = batches[Math.floor(position / 4)], place = position % 4;
      const { patient, index } = slices[chosen];
      assert.deepEqual(shape.slice(1), [256, 256, 3]);
      const start = place * pixels;
      assert.deepEqual(
        image.subarray(3 * start, 3 * (start + pixels)),
        scaledSlice(patient, index),
      );
      assert.deepEqual(
        mask.subarray(start, start + pixels),
        maskOfSlice(patient, index),
      );
    }
  },
);

Deno.test(
  "openTrainingInput varies a slice from epoch to epoch and from seed to seed",
  async () => {
    const one = [excerpt(patients[0], 3, 1)];
    const first = (seed: number, epoch: number) =>
      withInput({ seed, workers: 0 }, async (input) => (await kept(input, epoch))[0].hash, one);
    const samples = await Promise.all([first(1, 1), first(1, 2), first(2, 1)]);
    assert.equal(new Set(samples).size, 3);
  },
);

Deno.test("openTrainingInput goes on in the middle of an epoch", async () => {
  await withInput({ workers: 2 }, async (input) => {
    const whole = await kept(input, 3);
    assert.deepEqual(hashes(await kept(input, 3, 2)), hashes(whole.slice(2)));
    assert.deepEqual(await kept(input, 3, 4), []);
  });
});

Deno.test("openTrainingInput gives what is asked for, whatever it has made ahead of it", async () => {
  const asked: [epoch: number, from: number][] = [[3, 2], [4, 0], [5, 3], [3, 0], [4, 1], [6, 4], [
    7,
    0,
  ]];
  const made = (workers: number) =>
    withInput({ workers, epochs: 9 }, async (input) => {
      const all: string[][] = [];
      for (const [epoch, from] of asked) all.push(hashes(await kept(input, epoch, from)));
      return all;
    });
  assert.deepEqual(await made(2), await made(0));
});

Deno.test("openTrainingInput takes epochs that are left early, and side by side", async () => {
  await withInput({ workers: 2, prefetch: 3, epochs: 3 }, async (input) => {
    const first = hashes(await kept(input, 1));
    for await (const _ of input.batches(2)) break;
    assert.deepEqual(hashes(await kept(input, 1)), first);
    const [again, second] = await Promise.all([kept(input, 1), kept(input, 2)]);
    assert.deepEqual(hashes(again), first);
    assert.deepEqual(hashes(second), hashes(await kept(input, 2)));
  });
});

Deno.test("openTrainingInput says how much an epoch is", async () => {
  await withInput({ workers: 0 }, (input) => {
    assert.deepEqual([input.slicesPerEpoch, input.batchesPerEpoch], [13, 4]);
    return Promise.resolve();
  });
});

Deno.test(
  "openTrainingInput brings the error of a worker to the one who waits for the batch",
  async () => {
    const deep = patients.map((patient) => ({
      ...patient,
      volume: { ...patient.volume, data: new Uint16Array(patient.volume.data) },
    }));
    for (const workers of [0, 1, 2]) {
      await withInput({ workers }, async (input) => {
        await assert.rejects(
          kept(input, 1),
          (error) => error instanceof TypeError && /must have 8 bits/.test(error.message),
        );
      }, deep);
    }
  },
);

Deno.test(
  "openTrainingInput closes while batches are being made, and makes none after",
  async () => {
    for (const [workers, batch] of [[0, 1], [2, 1], [2, 3]]) {
      const input = openTrainingInput(patients, { ...settings, workers, prefetch: 4, epochs: 2 });
      const batches = input.batches(1);
      for (let asked = 1; asked <= batch; asked++) await batches.next();
      input.close();
      await assert.rejects(batches.next(), /the input is closed/);
      await assert.rejects(kept(input, 2), /the input is closed/);
      input.close();
    }
  },
);

Deno.test("openTrainingInput brings patients of unlike sizes to one, or refuses them", async () => {
  const small: PreparedPatient = {
    id: "small",
    sequences,
    scaling: patients[0].scaling,
    volume: { data: new Uint8Array(40 * 60 * 3), slices: 1, height: 40, width: 60, channels: 3 },
    mask: { data: new Uint8Array(40 * 60), shape: [1, 40, 60] },
    sliceNumbers: [1],
  };
  const shapes = await withInput({ workers: 1 }, (input) => kept(input, 1), [...patients, small]);
  assert.deepEqual(shapes.map(({ shape }) => shape[0]), [4, 4, 4, 2]);
  assert.throws(
    () => openTrainingInput([...patients, small], { ...settings, size: undefined }),
    (error) => error instanceof RangeError && /60 x 40 in patient small/.test(error.message),
  );
});

Deno.test("openTrainingInput refuses settings that are not what they must be", () => {
  const wrong: Partial<InputSettings>[] = [
    { batchSize: 0 },
    { workers: -1 },
    { prefetch: 0 },
    { epochs: 0 },
    { size: { height: 0, width: 64 } },
    { augmentation: { ...noAugmentation, noise: 2 } },
  ];
  for (const changes of wrong) {
    assert.throws(() => openTrainingInput(patients, { ...settings, ...changes }), RangeError);
  }
  assert.throws(() => openTrainingInput([], settings), /there must be a patient/);
});

Deno.test("openTrainingInput leaves no worker behind, which would keep the process from ending", async () => {
  const script = fileURLToPath(new URL("leave_input.ts", import.meta.url));
  for (const way of ["to the end", "early", "by an error"]) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", script, way],
      // Only a process that does not end by itself gets this far.
      signal: AbortSignal.timeout(60_000),
    }).output();
    const text = new TextDecoder();
    assert.equal(code, 0, `${way}: ${text.decode(stderr)}`);
    assert.equal(text.decode(stdout), "closed\n");
  }
});
