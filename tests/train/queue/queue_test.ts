/** Cohorts through a real NATS server: what comes out is what comes out without. */
import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findPatients, readPatient } from "../../../train/data/dataset.ts";
import { openCoordinator, runName } from "../../../train/queue/coordinator.ts";
import { startCommand } from "../support/command_process.ts";
import { testWithNats } from "../support/nats_server.ts";
import { root, runCommand } from "../support/run_command.ts";
import { someSlices, writeNiftiPatient } from "../support/volume_patients.ts";
import {
  assertEachOnce,
  assertSwept,
  cohort,
  filesIn,
  model,
  patients,
  reported,
  startSegment,
  startWorker,
  stopBusy,
} from "../support/queued_cohort.ts";

testWithNats(
  "segment --queue gives what segment gives, each patient once, and leaves nothing",
  async (url, folder) => {
    const data = await cohort(folder), out = join(folder, "out"), here = join(folder, "here");
    const sample = await readPatient((await findPatients(join(root, "train/sample")))[0]);
    const { volume } = someSlices(sample.volume, sample.mask, 15, 18);
    await writeNiftiPatient(folder, "nifti", volume);
    const inputs = [data, join(folder, "nifti"), join(root, "tests/fixtures/slice.png")];
    const workers = [startWorker(url), startWorker(url)];
    try {
      const segment = startSegment(url, out, ...inputs);
      const { code, stderr } = await segment.ended;
      assert.equal(code, 0, stderr);
      assert.match(segment.lines.join("\n"), /16 slices segmented/);
      const ids = [...reported(segment.lines).keys()].sort();
      assert.deepEqual(ids, [...patients, "nifti", "slice/slice"].sort());
      await assertSwept(url);
    } finally {
      await Promise.all(workers.map((worker) => worker.kill()));
    }
    assert.equal((await runCommand("segment", "--model", model, ...inputs, "--out", here)).code, 0);
    assert.deepEqual(await filesIn(out), await filesIn(here));
  },
);

testWithNats(
  "openCoordinator tells of all workers, and no more of one that was killed",
  async (url) => {
    const workers = [startWorker(url), startWorker(url)];
    let shown: readonly string[] = [], look = () => {};
    const coordinator = await openCoordinator(url, {
      run: runName("progress"),
      onWorkers(states) {
        shown = states.map(({ worker }) => worker);
        look();
      },
    });
    /** Waits until those workers, and no others, are shown. */
    const until = (...expected: { readonly pid: number }[]) =>
      new Promise<void>((resolve) => {
        look = () => {
          const missing = expected.some(({ pid }) =>
            !shown.some((name) => name.endsWith(`-${pid}`))
          );
          if (!missing && shown.length === expected.length) resolve();
        };
        look();
      });
    try {
      await until(...workers);
      await workers[0].kill();
      await until(workers[1]);
    } finally {
      await coordinator.close();
      await Promise.all(workers.map((worker) => worker.kill()));
    }
  },
);

testWithNats(
  "segment --queue names a patient that cannot be segmented, and does the others",
  async (url, folder) => {
    const data = await cohort(folder, [9]), out = join(folder, "out");
    const broken = join(data, patients[1], `${patients[1]}_9.tif`);
    await writeFile(broken, "no image");
    const worker = startWorker(url);
    try {
      const segment = startSegment(url, out, data);
      const { code, stderr } = await segment.ended;
      assert.equal(code, 1);
      // By the path that it has where the command was given, not in the worker.
      assert.match(stderr, new RegExp(`error: ${patients[1]}: [^]*  ${broken}: Cannot`));
      assert.equal(reported(segment.lines).size, 3);
      await assertSwept(url);
    } finally {
      await worker.kill();
    }
  },
);

testWithNats(
  "validate --queue measures and draws what validate does, with a worker killed",
  async (url, folder) => {
    const data = await cohort(folder), sources = ["--model", model, "--data", data];
    const workers = [startWorker(url), startWorker(url)];
    const out = join(folder, "out"), here = join(folder, "here");
    try {
      const options = ["--queue", url, "--patience", "2", "--out", out, "--worst", "2"];
      const validate = startCommand("validate", ...options, ...sources);
      const { worker } = await stopBusy(url, workers);
      await worker.kill();
      const { code, stderr } = await validate.ended;
      assert.equal(code, 0, stderr);
      await assertSwept(url);
    } finally {
      await Promise.all(workers.map((worker) => worker.kill()));
    }
    const local = await runCommand("validate", ...sources, "--out", here, "--worst", "2");
    assert.equal(local.code, 0, local.stderr);
    const [queued, expected] = [await filesIn(out), await filesIn(here)];
    assert.deepEqual([...queued.keys()].sort(), [...expected.keys()].sort());
    for (const [name, content] of expected) assert.ok(queued.get(name) === content, name);
  },
);

testWithNats(
  "worker --shared works on files in place, and on none outside of its folder",
  async (url, folder) => {
    const data = await cohort(folder, [9]), out = join(folder, "out");
    const worker = startWorker(url, "--shared", folder);
    try {
      const outside = startSegment(url, out, data, "--shared");
      const refused = await outside.ended;
      assert.equal(refused.code, 1);
      assert.match(
        refused.stderr,
        new RegExp(`files must lie in ${folder}: current value is ${model}`),
      );
      const copy = join(folder, "model");
      await Deno.mkdir(copy);
      for (const name of ["model.onnx", "card.json"]) {
        await Deno.copyFile(join(model, name), join(copy, name));
      }
      const inside = startCommand(
        "segment",
        ...["--queue", url, "--model", copy, "--out", out, "--shared", data],
      );
      const { code, stderr } = await inside.ended;
      assert.equal(code, 0, stderr);
      assertEachOnce(inside.lines);
      assert.deepEqual((await readdir(out)).sort(), patients);
    } finally {
      await worker.kill();
    }
  },
);

Deno.test("segment --queue and worker say in one line that there is no server", async () => {
  const nowhere = "nats://user:secret@127.0.0.1:1";
  const cases = [
    ["worker", "--queue", nowhere],
    ["segment", "--queue", nowhere, "--model", model, "--out", "out", "train/sample"],
  ];
  for (const [command, ...args] of cases) {
    const { code, stderr } = await runCommand(command, ...args);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error: Cannot reach a NATS server at nats:\/\/127\.0\.0\.1:1: [^\n]*\n$/,
    );
  }
  const { stderr } = await runCommand("worker", "--queue", "http://example.org");
  assert.match(stderr, /--queue as it must be nats:\/\/HOST/);
});
