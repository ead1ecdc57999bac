/** Checkpoints: whole or not at all, and refused by name when they are damaged. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  decodeCheckpoint,
  encodeCheckpoint,
  readCheckpoint,
  writeCheckpoint,
} from "../../../train/run/checkpoint.ts";
import { importWeights } from "../../../train/export/import_weights.ts";
import { referencePreprocessing } from "../../../shared/scaling.ts";
import { sequences } from "../../../shared/sequence.ts";
import { readSafetensors, writeSafetensors } from "../../../train/storage/safetensors.ts";
import { writeWholeFile } from "../../../train/storage/write_whole_file.ts";
import { separableSteps } from "../support/golden_steps.ts";
import { root } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";

const checkpoint = {
  ...importWeights(await readFile(new URL("../../golden/seed_unet.safetensors", import.meta.url))),
  sequences,
  preprocessing: referencePreprocessing,
  downsampling: 1,
  figures: { epoch: 149, validationLoss: 0.129 },
};

Deno.test("readCheckpoint reads what writeCheckpoint wrote", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "best.safetensors");
    await writeCheckpoint(path, checkpoint);
    assert.deepEqual(await readCheckpoint(path), { ...checkpoint, sequences: [...sequences] });
    assert.deepEqual(await readdir(folder), ["best.safetensors"]);
  });
});

Deno.test("a checkpoint of a separable network says so, and its weights are imported as one", () => {
  const { architecture } = separableSteps;
  const separable = { ...checkpoint, architecture, weights: separableSteps.stateDict("start.") };
  const bytes = encodeCheckpoint(separable);
  assert.deepEqual(decodeCheckpoint(bytes).architecture, architecture);
  assert.equal(decodeCheckpoint(encodeCheckpoint(checkpoint)).architecture.separable, undefined);
  const { tensors } = readSafetensors(bytes);
  assert.deepEqual(importWeights(bytes).architecture, architecture);
  assert.deepEqual(importWeights(writeSafetensors(tensors)).architecture, architecture);
  const plain = { ...separable, architecture: { ...architecture, separable: false } };
  assert.throws(() => encodeCheckpoint(plain), /plain convolutions .*layers\.0\.conv2\.weight/);
});

Deno.test("a checkpoint with kernels of 16 bits is half as large, and off by their rounding alone", () => {
  const exact = encodeCheckpoint(checkpoint), half = encodeCheckpoint(checkpoint, "F16");
  assert.ok(half.length < 0.56 * exact.length);
  const { weights } = decodeCheckpoint(half);
  for (const [name, { shape, data }] of checkpoint.weights) {
    const found = weights.get(name)!;
    assert.deepEqual(found.shape, shape);
    if (shape.length < 4) assert.deepEqual(found.data, data, name);
    else {
      // Eleven bits, and below 2^-14 the spacing of the smallest numbers.
      const off = (x: number, i: number) =>
        Math.abs(found.data[i] - x) <= Math.max(Math.abs(x) * 2 ** -11, 2 ** -25);
      assert.ok(data.every(off), name);
    }
  }
});

Deno.test("writeCheckpoint refuses weights that are not finite", async () => {
  await withFolder(async (folder) => {
    const bias = { shape: [1], data: new Float32Array([NaN]) };
    const weights = new Map([...checkpoint.weights, ["layers.13.bias", bias]]);
    const path = join(folder, "best.safetensors");
    await assert.rejects(
      writeCheckpoint(path, { ...checkpoint, weights }),
      /layers\.13\.bias must be finite/,
    );
    assert.deepEqual(await readdir(folder), []);
  });
});

Deno.test("readCheckpoint names a file that is cut short, missing, or no checkpoint", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "last.safetensors");
    await assert.rejects(readCheckpoint(path), /last\.safetensors: ENOENT/);
    await writeCheckpoint(path, checkpoint);
    await truncate(path, (await stat(path)).size - 4);
    await assert.rejects(readCheckpoint(path), /last\.safetensors: .* must end with the file/);
    await writeFile(
      path,
      await readFile(new URL("../../golden/train_steps.safetensors", import.meta.url)),
    );
    await assert.rejects(
      readCheckpoint(path),
      /last\.safetensors: .* metadata must hold in_channels/,
    );
  });
});

Deno.test("readCheckpoint names a file in which one bit of a weight or of a figure is wrong", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "best.safetensors");
    await writeCheckpoint(path, checkpoint);
    const bytes = await readFile(path), figure = bytes.indexOf("0.129");
    assert.ok(figure > 0);
    for (const place of [figure + 2, bytes.length - 1, bytes.length / 2 | 0]) {
      const damaged = Uint8Array.from(bytes);
      damaged[place] ^= 1;
      await writeFile(path, damaged);
      await assert.rejects(readCheckpoint(path), /best\.safetensors: its checksum does not fit/);
    }
  });
});

Deno.test("writeWholeFile leaves the file before, and nothing else, when it cannot write", async () => {
  await withFolder(async (folder) => {
    const taken = join(folder, "taken");
    await mkdir(taken);
    await assert.rejects(writeWholeFile(taken, "new"));
    assert.deepEqual(await readdir(folder), ["taken"]);
  });
});

Deno.test("writeWholeFile never shows half a file, killed at any moment", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "file"), size = 20_000_000;
    const script = join(folder, "script.ts");
    await writeFile(
      script,
      `import { writeWholeFile } from "${new URL(
        "../../../train/storage/write_whole_file.ts",
        import.meta.url,
      )}";
      for (let value = 1;; value++) {
        await writeWholeFile(Deno.args[0], new Uint8Array(${size}).fill(value));
      }`,
    );
    for (const pause of [30, 75, 110]) {
      await Deno.writeFile(path, new Uint8Array(size));
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "--allow-all", script, path],
        cwd: root,
        stderr: "inherit",
      }).spawn();
      // Wait until it is at it, then a little longer, so that the kill falls into a write.
      while ((await readFile(path))[0] === 0) await new Promise((done) => setTimeout(done, 5));
      await new Promise((done) => setTimeout(done, pause));
      child.kill("SIGKILL");
      await child.status;
      const content = await readFile(path);
      assert.equal(content.length, size);
      assert.ok(content.every((value) => value === content[0]));
    }
  });
});
