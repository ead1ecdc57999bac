/**
 * Workers whose own disk is full: they hand back what they have, and end, before they fail patients that others finish. And
 * a NATS server that has no room.
 */
import assert from "node:assert/strict";
import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { startServer, testWithNats } from "../support/nats_server.ts";
import { assertSwept, cohort, model, startSegment, startWorker } from "../support/queued_cohort.ts";
import { canMount, runWithTemporaryDisk } from "../support/small_disk.ts";

const ignore = !canMount;
const skipped = ignore ? " (skipped: no file system can be mounted)" : "";
const page = 4096;

/** KiB that the files of a patient and the model take on a disk in memory, which gives whole pages. */
async function roomFor(patient: string): Promise<number> {
  const slices = (await readdir(patient)).filter((name) => !name.includes("_mask"));
  const files = [
    ...slices.map((name) => join(patient, name)),
    ...["card.json", "model.onnx"].map((name) => join(model, name)),
  ];
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + Math.ceil(size / page), 0) * page / 1024;
}

for (
  const [what, part] of [["what it fetches", 0.5], ["the masks that come out", 1]] as const
) {
  testWithNats(
    `a worker whose disk is too small for ${what} ends, and another does its patient${skipped}`,
    async (url, folder) => {
      const data = await cohort(folder), out = join(folder, "out"), disk = join(folder, "disk");
      await mkdir(disk);
      const [patient] = await readdir(data);
      const room = Math.ceil(await roomFor(join(data, patient)) * part / 4) * 4;
      const segment = startSegment(url, out, join(data, patient));
      const command = ["worker", "--queue", url, "--cores", "1"];
      const small = await runWithTemporaryDisk(disk, `size=${room}k`, command);
      assert.equal(small.status, 1, small.stdout + small.stderr);
      const reason = "no space left on (the )?device[^\\n]*: what this worker had goes to others";
      const message = `^error: Cannot keep the files of patients in [^\\n]*${reason}\\n$`;
      assert.match(small.stderr, new RegExp(message));
      const worker = startWorker(url);
      try {
        const { code, stderr } = await segment.ended;
        assert.equal(code, 0, stderr);
        assert.equal((await readdir(join(out, patient))).length, 4);
        await assertSwept(url);
      } finally {
        await worker.kill();
      }
    },
    ignore,
  );
}

testWithNats(
  `a worker that cannot write to its folder says so and takes nothing, and another does all${skipped}`,
  async (url, folder) => {
    const data = await cohort(folder, [9]), out = join(folder, "out"), disk = join(folder, "disk");
    await mkdir(disk);
    const segment = startSegment(url, out, data);
    const command = ["worker", "--queue", url, "--cores", "1"];
    const readOnly = await runWithTemporaryDisk(disk, "ro", command);
    assert.equal(readOnly.status, 1, readOnly.stdout + readOnly.stderr);
    assert.match(readOnly.stderr, /^error: [^\n]*read-only file system[^\n]*\n$/);
    const worker = startWorker(url);
    try {
      const { code, stderr } = await segment.ended;
      assert.equal(code, 0, stderr);
      assert.equal((await readdir(out)).length, 4);
      await assertSwept(url);
    } finally {
      await worker.kill();
    }
  },
  ignore,
);

testWithNats(
  "segment --queue says that the server's store is full, and goes on once there is room",
  async (_, folder) => {
    const data = await cohort(folder), out = join(folder, "out"), store = join(folder, "store");
    const configuration = join(folder, "nats.conf");
    await Deno.writeTextFile(configuration, "jetstream { max_file_store: 200KB }");
    const small = await startServer(store, "-1", configuration);
    try {
      const { code, stderr } = await startSegment(small.url, out, data).ended;
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^(error: \w+: Cannot hand in the patient as the store of the NATS server is full: [^\n]*\n){4}$/,
      );
    } finally {
      await small.stop();
    }
    const roomy = await startServer(store), worker = startWorker(roomy.url);
    try {
      const { code, stderr } = await startSegment(roomy.url, out, data).ended;
      assert.equal(code, 0, stderr);
      assert.equal((await readdir(out)).length, 4);
      await assertSwept(roomy.url);
    } finally {
      await worker.kill();
      await roomy.stop();
    }
  },
);
