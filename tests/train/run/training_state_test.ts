/** A run's state: no damage goes unnoticed, and at every moment there is a whole one. */
import assert from "node:assert/strict";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { firstStep, type FitProgress } from "../../../train/fit/fit.ts";
import {
  decodeTrainingState,
  encodeTrainingState,
  loadTrainingState,
  saveTrainingState,
  stateFiles,
  type TrainingState,
} from "../../../train/run/training_state.ts";
import { withChecksum } from "../../../train/storage/checksum.ts";
import { readSafetensors, writeSafetensors } from "../../../train/storage/safetensors.ts";
import { withFolder } from "../support/temporary_folder.ts";

const vector = (...values: number[]) => Float32Array.from(values);

/** The state at a step of the first epoch. */
function stateAt(step: number): TrainingState {
  return {
    trainer: {
      weights: new Map([["layers.1.bias", { shape: [2], data: vector(step, -1) }]]),
      optimizer: { steps: step, mean: vector(0.5, 0.25), variance: vector(1, 2) },
      average: { steps: step, parameters: vector(3, 4), statistics: vector(5) },
      inConstantEnd: false,
    },
    progress: { ...firstStep, step, lossSum: step / 3 },
    epochs: [],
  };
}

Deno.test("decodeTrainingState gives what encodeTrainingState was given", () => {
  const state = stateAt(7);
  assert.deepEqual(decodeTrainingState(encodeTrainingState(state)), state);
});

Deno.test("decodeTrainingState knows whether the constant end has begun, and that an earlier version had none", () => {
  const state = stateAt(7),
    begun = { ...state, trainer: { ...state.trainer, inConstantEnd: true } };
  assert.deepEqual(decodeTrainingState(encodeTrainingState(begun)), begun);
  const { tensors, metadata } = readSafetensors(encodeTrainingState(begun));
  const { inConstantEnd: _, checksum: __, ...others } = metadata;
  const earlier = writeSafetensors(tensors, withChecksum({ tensors, metadata: others }));
  assert.deepEqual(decodeTrainingState(earlier), state);
});

Deno.test("decodeTrainingState takes the best epoch of earlier versions for that of the lowest loss", () => {
  const { progress, ...state } = stateAt(7),
    { lowestEpoch: _, lowestLoss: __, ...others } = progress;
  const before = { ...others, bestEpoch: 3, bestLoss: 0.25 } as unknown as FitProgress;
  const decoded = decodeTrainingState(encodeTrainingState({ ...state, progress: before }));
  const expected = { ...others, bestEpoch: 3, lowestEpoch: 3, lowestLoss: 0.25 };
  assert.deepEqual(decoded.progress, expected);
});

Deno.test("decodeTrainingState refuses a state in which any one bit is wrong, or gives the right one", () => {
  const state = stateAt(7), bytes = encodeTrainingState(state);
  let refused = 0;
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = bytes.slice();
    damaged[bit >> 3] ^= 1 << (bit & 7);
    try {
      // Only the checksum's own name can be damaged without harm.
      assert.deepEqual(decodeTrainingState(damaged), state);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      refused++;
    }
  }
  assert.ok(refused > 0.95 * 8 * bytes.length, `${refused} of ${8 * bytes.length} refused`);
});

Deno.test("decodeTrainingState refuses a state of any length but its own", () => {
  const bytes = encodeTrainingState(stateAt(7));
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decodeTrainingState(bytes.slice(0, length)));
  }
  assert.throws(() => decodeTrainingState(Uint8Array.of(...bytes, 0)));
});

Deno.test("loadTrainingState finds the newest state, wherever between two renames the process died", () =>
  withFolder(async (run) => {
    const path = (file: string) => join(run, file), never = assert.fail;
    assert.equal(await loadTrainingState(run, never), undefined);
    await saveTrainingState(run, stateAt(1));
    await saveTrainingState(run, stateAt(2));
    assert.deepEqual(await loadTrainingState(run, never), stateAt(2));

    // A third save that wrote its file, and no more.
    await writeFile(path(stateFiles.arriving), encodeTrainingState(stateAt(3)));
    assert.deepEqual(await loadTrainingState(run, never), stateAt(3));
    // One that put the second state aside, and no more.
    await rename(path(stateFiles.newest), path(stateFiles.before));
    assert.deepEqual(await loadTrainingState(run, never), stateAt(3));

    await saveTrainingState(run, stateAt(4));
    assert.deepEqual(await loadTrainingState(run, never), stateAt(4));
    assert.deepEqual(decodeTrainingState(await readFile(path(stateFiles.before))), stateAt(2));
  }));

Deno.test("loadTrainingState names what is damaged and takes the one before, or refuses when all are", () =>
  withFolder(async (run) => {
    const path = (file: string) => join(run, file), warnings: string[] = [];
    await saveTrainingState(run, stateAt(1));
    await saveTrainingState(run, stateAt(2));
    await writeFile(path(stateFiles.newest), encodeTrainingState(stateAt(2)).slice(0, -1));
    assert.deepEqual(await loadTrainingState(run, (line) => warnings.push(line)), stateAt(1));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /\/state\.safetensors is damaged: .*; going on from state\.before/);

    await writeFile(path(stateFiles.before), "");
    await assert.rejects(
      loadTrainingState(run, assert.fail),
      /state\.safetensors is damaged: .*state\.before\.safetensors is damaged: /,
    );
  }));
