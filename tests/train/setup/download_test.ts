/** TensorFlow through the real pip, from an index on this machine that holds a small wheel of the same layout. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { readInstallation } from "../../../train/setup/installation.ts";
import { installTensorFlow } from "../../../train/setup/install_tensorflow.ts";
import { type WheelSet, wheelSet } from "../../../train/setup/tensorflow_wheels.ts";
import { withFolder } from "../support/temporary_folder.ts";

const sha256 = (data: Uint8Array | string) => createHash("sha256").update(data).digest("hex");
const paths = ["tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"];
const library = "library ".repeat(1000);

/** The wheel that this project downloads, by its name and tags, with other libraries in it. */
async function makeWheel(index: string): Promise<WheelSet> {
  const real = wheelSet("cpu", "linux", "x64")!, [{ file }] = real.wheels;
  const script = `
import sys, zipfile
wheel, library, *paths = sys.argv[1:]
info = "tensorflow_cpu-2.21.0.dist-info/"
with zipfile.ZipFile(wheel, "w") as archive:
    for path in paths:
        archive.writestr(path, library)
    archive.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: tensorflow-cpu\\nVersion: 2.21.0\\n")
    archive.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nTag: cp311-cp311-manylinux_2_27_x86_64\\n")
    archive.writestr(info + "RECORD", "")
`;
  const { status, stderr } = spawnSync("python3", [
    "-c",
    script,
    join(index, file),
    library,
    ...paths,
  ]);
  assert.equal(status, 0, String(stderr));
  const wheels = [{ ...real.wheels[0], sha256: sha256(await readFile(join(index, file))) }];
  const libraries = Object.fromEntries(paths.map((path) => [path, sha256(library)]));
  return { ...real, wheels, libraries };
}

/** Runs a test with a folder as pip's only index. */
async function withIndex(
  test: (place: { index: string; folder: string; set: WheelSet }) => Promise<void>,
): Promise<void> {
  await withFolder(async (temporary) => {
    const index = join(temporary, "index"), before = { ...process.env };
    await mkdir(index);
    Object.assign(process.env, { PIP_NO_INDEX: "1", PIP_FIND_LINKS: index });
    try {
      await test({ index, folder: join(temporary, "installed"), set: await makeWheel(index) });
    } finally {
      for (const name of ["PIP_NO_INDEX", "PIP_FIND_LINKS"]) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  });
}

Deno.test("installTensorFlow takes what pip downloads", async () => {
  await withIndex(async ({ set, folder }) => {
    await installTensorFlow({ set, folder });
    assert.ok(await readInstallation(folder));
  });
});

Deno.test("installTensorFlow refuses a wheel with one wrong byte, and leaves nothing", async () => {
  await withIndex(async ({ index, set, folder }) => {
    const [{ file, sha256: expected }] = set.wheels, wheel = join(index, file);
    const bytes = await readFile(wheel);
    // In the middle of a library, where pip, which reads the wheel's description alone, does not look.
    bytes[bytes.indexOf(library) + 4000] ^= 1;
    await writeFile(wheel, bytes);
    await assert.rejects(installTensorFlow({ set, folder }), {
      name: "ChecksumError",
      message: new RegExp(
        `${file} as its SHA-256 must be ${expected}: current value is ${sha256(bytes)}\\.`,
      ),
    });
    assert.deepEqual(await readdir(folder), []);
    assert.equal(await readInstallation(folder), undefined);
  });
});

Deno.test("installTensorFlow leaves nothing where pip finds no such wheel", async () => {
  await withIndex(async ({ index, set, folder }) => {
    await Deno.remove(join(index, set.wheels[0].file));
    await assert.rejects(
      installTensorFlow({ set, folder }),
      /pip must succeed: it ended with status 1/,
    );
    assert.deepEqual(await readdir(folder), []);
  });
});
