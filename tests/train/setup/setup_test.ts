/** Setting TensorFlow up: whole or not at all. The wheels here are small ones of the same layout. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readInstallation } from "../../../train/setup/installation.ts";
import { installTensorFlow } from "../../../train/setup/install_tensorflow.ts";
import { type Wheel, type WheelSet, wheelSet } from "../../../train/setup/tensorflow_wheels.ts";
import { runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";

const sha256 = (data: Uint8Array | string) => createHash("sha256").update(data).digest("hex");
const cc = "tensorflow/libtensorflow_cc.so.2";
const framework = "tensorflow/libtensorflow_framework.so.2";

/** A zip file made by Python, as wheels are. */
function zip(file: string, contents: Readonly<Record<string, string>>): void {
  const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    for name, text in json.loads(sys.argv[2]).items():
        entry = zipfile.ZipInfo(name)
        entry.external_attr = (0o755 if "/bin/" in name else 0o644) << 16
        archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
`;
  const { status, stderr } = spawnSync("python3", ["-c", script, file, JSON.stringify(contents)]);
  assert.equal(status, 0, String(stderr));
}

async function makeWheel(
  folder: string,
  file: string,
  contents: Readonly<Record<string, string>>,
  taken: RegExp,
): Promise<Wheel> {
  zip(join(folder, file), contents);
  const bytes = await readFile(join(folder, file));
  return { requirement: file, file, sha256: sha256(bytes), licence: "MIT", contents: taken };
}

/** A set of two wheels, one laid out like TensorFlow's and one like NVIDIA's, in `folder/wheels`. */
async function makeSet(folder: string, libraries = { [cc]: "cc", [framework]: "framework" }) {
  const wheels = join(folder, "wheels");
  await mkdir(wheels, { recursive: true });
  const set: WheelSet = {
    variant: "gpu",
    platforms: [],
    wheels: [
      await makeWheel(
        wheels,
        "tensorflow.whl",
        { ...libraries, "tensorflow/__init__.py": "no" },
        /^tensorflow\/libtensorflow_(cc|framework)/,
      ),
      await makeWheel(
        wheels,
        "nvidia.whl",
        { "nvidia/cudnn/lib/libcudnn.so.9": "cudnn", "nvidia/cuda_nvcc/bin/ptxas": "ptxas" },
        /^nvidia\//,
      ),
    ],
    libraries: { [cc]: sha256("cc"), [framework]: sha256("framework") },
    download: 1,
    disk: 1,
  };
  return { set, wheels, folder: join(folder, ".tensorflow") };
}

Deno.test("installTensorFlow takes the libraries, laid out as they look for each other", async () => {
  await withFolder(async (temporary) => {
    const { folder, ...options } = await makeSet(temporary);
    await installTensorFlow({ ...options, folder });
    assert.deepEqual((await readdir(folder)).sort(), ["nvidia", "tensorflow"]);
    assert.deepEqual((await readdir(join(folder, "tensorflow"))).sort(), [
      "installed.json",
      "libtensorflow_cc.so.2",
      "libtensorflow_framework.so.2",
    ]);
    assert.equal(await readFile(join(folder, cc), "utf8"), "cc");
    const ptxas = await Deno.stat(join(folder, "nvidia/cuda_nvcc/bin/ptxas"));
    assert.equal(ptxas.mode! & 0o111, 0o111);
  });
});

Deno.test("installTensorFlow does nothing the second time", async () => {
  await withFolder(async (temporary) => {
    const options = await makeSet(temporary);
    await installTensorFlow(options);
    // Gone, so that a second installation would fail.
    await rm(options.wheels, { recursive: true });
    const lines: string[] = [];
    await installTensorFlow({ ...options, log: (line) => lines.push(line) });
    assert.match(lines.join("\n"), /^TensorFlow 2\.21\.0 \(gpu\) is already in /);
  });
});

Deno.test("installTensorFlow installs anew when a library is missing or has another size", async () => {
  await withFolder(async (temporary) => {
    const options = await makeSet(temporary);
    await installTensorFlow(options);
    await writeFile(join(options.folder, cc), "cut short by a full disk");
    await installTensorFlow(options);
    assert.equal(await readFile(join(options.folder, cc), "utf8"), "cc");
    await rm(join(options.folder, framework));
    await installTensorFlow(options);
    assert.ok(await readInstallation(options.folder));
  });
});

Deno.test("installTensorFlow leaves nothing behind when a wheel is damaged", async () => {
  await withFolder(async (temporary) => {
    const options = await makeSet(temporary);
    const wheel = join(options.wheels, "nvidia.whl");
    const bytes = await readFile(wheel);
    bytes[bytes.length >> 1] ^= 1;
    await writeFile(wheel, bytes);
    await assert.rejects(installTensorFlow(options), {
      name: "ChecksumError",
      message: /nvidia\.whl as its SHA-256 must be [0-9a-f]{64}: current value is /,
    });
    assert.deepEqual(await readdir(options.folder), []);
  });
});

Deno.test("installTensorFlow leaves nothing behind when a library is not the one expected", async () => {
  await withFolder(async (temporary) => {
    const options = await makeSet(temporary, { [cc]: "other", [framework]: "framework" });
    await assert.rejects(installTensorFlow(options), /libtensorflow_cc\.so\.2 as its SHA-256/);
    assert.deepEqual(await readdir(options.folder), []);
  });
});

Deno.test("installTensorFlow keeps what is installed until the new one is whole", async () => {
  await withFolder(async (temporary) => {
    const old = await makeSet(temporary);
    await installTensorFlow(old);
    const { set } = await makeSet(join(temporary, "new"));
    const wheels = join(temporary, "nowhere");
    const newer = { ...set, variant: "cpu" } as const;
    const options = { set: newer, wheels, folder: old.folder };
    await assert.rejects(installTensorFlow(options), /must hold tensorflow\.whl, nvidia\.whl/);
    assert.equal((await readInstallation(old.folder))?.variant, "gpu");
  });
});

Deno.test("installTensorFlow clears away what a killed one left", async () => {
  await withFolder(async (temporary) => {
    const options = await makeSet(temporary);
    const { pid } = spawnSync("python3", ["-c", ""]);
    await mkdir(join(options.folder, `partial-${pid}`, "wheels"), { recursive: true });
    await installTensorFlow(options);
    assert.deepEqual((await readdir(options.folder)).sort(), ["nvidia", "tensorflow"]);
  });
});

Deno.test("wheelSet knows one file for each machine that TensorFlow is built for, with its checksum", () => {
  for (
    const [variant, platform, architecture, count] of [
      ["cpu", "linux", "x64", 1],
      ["cpu", "linux", "arm64", 1],
      ["gpu", "linux", "x64", 13],
    ] as const
  ) {
    const { wheels } = wheelSet(variant, platform, architecture)!;
    assert.equal(wheels.length, count);
    for (const { file, sha256 } of wheels) {
      assert.match(file, /\.whl$/);
      assert.match(sha256, /^[0-9a-f]{64}$/);
    }
  }
  assert.equal(wheelSet("gpu", "linux", "arm64"), undefined);
  assert.equal(wheelSet("cpu", "darwin", "arm64"), undefined);
  assert.equal(wheelSet("cpu", "win32", "x64"), undefined);
});

Deno.test("setup refuses --cpu together with --gpu in one line", async () => {
  const { code, stderr } = await runCommand("setup", "--cpu", "--gpu");
  assert.equal(code, 1);
  assert.match(stderr, /^error: [^\n]* only one of --cpu and --gpu [^\n]*\n$/);
});
