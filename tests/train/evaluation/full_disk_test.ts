/** A cohort on a disk that is full or read-only: said in a line, every file that is there is whole. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeImage } from "../../../shared/image/decode.ts";
import { startCommand } from "../support/command_process.ts";
import { testWithNats } from "../support/nats_server.ts";
import { root } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { canMount, runOnDisk } from "../support/small_disk.ts";
import { withFolder } from "../support/temporary_folder.ts";

const ignore = !canMount;
const skipped = ignore ? " (skipped: no file system can be mounted)" : "";
const model = join(root, "edge/models/preview");
const full =
  /^error: [^\n]*Cannot write \S+ as there is no space left on the device; older files are whole\n$/;
const readOnly = /^error: [^\n]*read-only file system[^\n]*\n$/;

/** Every image is one, and nothing unfinished is left. */
async function assertWhole(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    assert.match(name, /\.png$/);
    await decodeImage(await readFile(join(parentPath, name)));
  }
  return files.length;
}

async function disks(folder: string) {
  const data = join(folder, "data"), disk = join(folder, "disk"), saved = join(folder, "saved");
  await copySlices(data, "TCGA_CS_4943_20000902", [9, 10, 11]);
  await mkdir(disk);
  return { data, disk, saved };
}

for (const [options, message] of [["size=40k", full], ["ro", readOnly]] as const) {
  Deno.test({
    name: `segment on a disk (${options}) says so and leaves whole files${skipped}`,
    ignore,
    fn: () =>
      withFolder(async (folder) => {
        const { data, disk, saved } = await disks(folder);
        const command = ["segment", "--model", model, "--out", join(disk, "out"), data];
        const { status, stderr } = await runOnDisk(disk, options, command, saved);
        assert.equal(status, 1, stderr);
        assert.match(stderr, message);
        assert.ok(await assertWhole(saved) < 6);
      }),
  });

  Deno.test({
    name: `validate on a disk (${options}) says so${skipped}`,
    ignore,
    fn: () =>
      withFolder(async (folder) => {
        const { data, disk, saved } = await disks(folder);
        const masks = ["--predictions", data, "--references", data];
        const command = ["validate", ...masks, "--out", join(disk, "out")];
        // Figures of one patient are smaller than its masks.
        const smaller = options.replace("40k", "12k");
        const { status, stdout, stderr } = await runOnDisk(disk, smaller, command, saved);
        assert.equal(status, 1, stderr);
        assert.match(stderr, message);
        // Where nothing can be written, that is found before anything is measured.
        assert.equal(stdout.includes("TCGA_CS_4943_20000902"), options !== "ro");
      }),
  });
}

testWithNats(
  `segment --queue on a disk that is read-only says so before a worker has anything to do${skipped}`,
  async (url, folder) => {
    const { data, disk, saved } = await disks(folder);
    const given = ["segment", "--queue", url, "--model", model, "--out", join(disk, "out"), data];
    // Without a worker: nothing waits for one.
    const { status, stdout, stderr } = await runOnDisk(disk, "ro", given, saved);
    assert.equal(status, 1, stderr);
    assert.match(stderr, readOnly);
    assert.equal(stdout, "");
  },
  ignore,
);

testWithNats(
  `segment --queue on a disk that is full names the patient and leaves whole files${skipped}`,
  async (url, folder) => {
    const { data, disk, saved } = await disks(folder);
    const worker = startCommand("worker", "--queue", url, "--cores", "1");
    try {
      const command = ["segment", "--queue", url, "--model", model];
      const given = [...command, "--out", join(disk, "out"), data];
      const { status, stderr } = await runOnDisk(disk, "size=40k", given, saved);
      assert.equal(status, 1, stderr);
      assert.match(stderr, full);
      assert.match(stderr, /^error: TCGA_CS_4943_20000902: /);
      assert.ok(await assertWhole(saved) < 6);
    } finally {
      await worker.kill();
    }
  },
  ignore,
);
