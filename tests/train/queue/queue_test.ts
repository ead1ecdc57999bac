/**
 * Cohorts through a real NATS server, worked on by processes that are killed in mid-work: nothing is lost, nothing is
 * there twice.
 */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { findPatients, readPatient } from "../../../train/data/dataset.ts";
import { openCoordinator, runName } from "../../../train/queue/coordinator.ts";
import { openQueue } from "../../../train/queue/connection.ts";
import {
  decodeMessage,
  resultStream,
  resultSubject,
  type TaskMessage,
  taskStream,
  taskSubject,
  type WorkerMessage,
  workerSubject,
} from "../../../train/queue/protocol.ts";
import { type CommandProcess, startCommand } from "../support/command_process.ts";
import { type NatsServer, startServer, testWithNats } from "../support/nats_server.ts";
import { root, runCommand, temporaryFiles } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { someSlices, writeNiftiPatient } from "../support/volume_patients.ts";

const model = join(root, "edge/models/reference");
const patients = [
  "TCGA_CS_4943_20000902",
  "TCGA_DU_5855_19951217",
  "TCGA_FG_6692_20020606",
  "TCGA_HT_7602_19951103",
];

/** Four patients of a few slices each. */
async function cohort(folder: string, slices = [9, 10, 11]): Promise<string> {
  const data = join(folder, "data");
  for (const patient of patients) await copySlices(data, patient, slices);
  return data;
}

function startWorker(url: string, ...options: string[]): CommandProcess {
  return startCommand("worker", "--queue", url, "--cores", "1", ...options);
}

function startSegment(url: string, out: string, ...inputs: string[]): CommandProcess {
  const options = ["--patience", "2", "--model", model, "--out", out];
  return startCommand("segment", "--queue", url, ...options, ...inputs);
}

/** What each patient's line says: who did it. */
function reported(lines: readonly string[]): Map<string, string[]> {
  const found = lines.map((line) => /^(\S+): \d+ slices by (\S+) in/.exec(line))
    .filter((match) => match !== null);
  return Map.groupBy(found, ([, id]) => id) as unknown as Map<string, string[]>;
}

function assertEachOnce(lines: readonly string[]): void {
  const all = reported(lines);
  assert.deepEqual([...all.keys()].sort(), patients);
  for (const [id, times] of all) assert.equal(times.length, 1, id);
}

async function filesIn(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    await Promise.all(files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length), (await readFile(path)).toString("base64")] as const;
    })),
  );
}

/** Nothing of any run is left on the server. */
async function assertSwept(url: string): Promise<void> {
  const { connection, manager, store } = await openQueue(url);
  try {
    for (const name of [taskStream, resultStream]) {
      assert.equal((await manager.streams.info(name)).state.messages, 0, name);
    }
    assert.deepEqual(await store.list(), []);
  } finally {
    await connection.close();
  }
}

/** A worker that was stopped in the middle of a patient. */
interface Stopped {
  readonly worker: CommandProcess;
  /** The patient that it has, and has no result of. */
  readonly patient: string;
}

/** Waits until one of the workers is in the middle of a patient, and stops it there. */
async function stopBusy(url: string, workers: readonly CommandProcess[]): Promise<Stopped> {
  const { connection, manager } = await openQueue(url);
  try {
    for await (const message of connection.subscribe(workerSubject)) {
      const { worker: name, tasks } = decodeMessage<WorkerMessage>(message.data);
      const worker = workers.find(({ pid }) => name.endsWith(`-${pid}`));
      if (!worker || !tasks.length) continue;
      Deno.kill(worker.pid, "SIGSTOP");
      const [{ run, key }] = tasks;
      const result = await manager.streams.getMessage(resultStream, {
        last_by_subj: resultSubject(run, key),
      });
      const task = await manager.streams.getMessage(taskStream, {
        last_by_subj: taskSubject("*", run, key),
      });
      // It may have been done since it said so.
      if (task && !result) return { worker, patient: decodeMessage<TaskMessage>(task.data).id };
      Deno.kill(worker.pid, "SIGCONT");
    }
    throw new Error("The connection ended");
  } finally {
    await connection.close();
  }
}

/** Waits until a worker says that it lives. */
async function heardOf(url: string, { pid }: CommandProcess): Promise<void> {
  const { connection } = await openQueue(url);
  for await (const { data } of connection.subscribe(workerSubject)) {
    if (decodeMessage<WorkerMessage>(data).worker.endsWith(`-${pid}`)) break;
  }
  await connection.close();
}

/** Waits until a task has been handed in. */
async function firstTask(url: string): Promise<void> {
  const { connection } = await openQueue(url);
  for await (const _ of connection.subscribe(taskSubject("*"), { max: 1 }));
  await connection.close();
}

async function workerFolders(): Promise<string[]> {
  return (await readdir(temporaryFiles)).filter((name) => name.startsWith("gliomap-worker-"));
}

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
  "segment --queue loses nothing when workers are killed in mid-work",
  async (url, folder) => {
    const data = await cohort(folder), out = join(folder, "out");
    const workers = [startWorker(url), startWorker(url), startWorker(url)];
    try {
      const segment = startSegment(url, out, data);
      const stopped: Stopped[] = [];
      for (let i = 0; i < 2; i++) {
        const others = workers.filter((worker) => !stopped.some((one) => one.worker === worker));
        stopped.push(await stopBusy(url, others));
        await stopped[i].worker.kill();
      }
      const { code, stderr } = await segment.ended;
      assert.equal(code, 0, stderr);
      assertEachOnce(segment.lines);
      for (const patient of patients) {
        assert.equal((await readdir(join(out, patient))).length, 4, patient);
      }
      await assertSwept(url);
      // What the killed had fetched is there until another worker starts.
      const before = await workerFolders();
      assert.ok(before.length >= 3, `${before}`);
      await Promise.all(workers.map((worker) => worker.kill()));
      const next = startWorker(url);
      workers.push(next);
      await next.line(/^Working/);
      await heardOf(url, next);
      assert.equal((await workerFolders()).length, 1);
      next.terminate();
      await next.ended;
      assert.deepEqual(await workerFolders(), []);
    } finally {
      await Promise.all(workers.map((worker) => worker.kill()));
    }
  },
);

testWithNats(
  "segment --queue hears only the first of two workers, one of which was away for long",
  async (url, folder) => {
    const data = await cohort(folder), out = join(folder, "out");
    const workers = [startWorker(url), startWorker(url)];
    try {
      const segment = startSegment(url, out, data);
      const { worker, patient } = await stopBusy(url, workers);
      await segment.line(new RegExp(`^${patient}: .* slices by`));
      Deno.kill(worker.pid, "SIGCONT");
      const { code, stderr } = await segment.ended;
      assert.equal(code, 0, stderr);
      assertEachOnce(segment.lines);
      const [[, , by]] = reported(segment.lines).get(patient)!;
      assert.ok(!by.endsWith(`-${worker.pid}`));
      // It goes on with what it had, and finds that nobody wants it.
      await worker.line(new RegExp(`^${patient}: `));
      await assertSwept(url);
    } finally {
      await Promise.all(workers.map((worker) => worker.kill()));
    }
  },
);

testWithNats("a worker that is told to end gives its patient back at once", async (url, folder) => {
  const data = await cohort(folder), out = join(folder, "out");
  const workers = [startWorker(url), startWorker(url)];
  try {
    const segment = startSegment(url, out, data, "--patience", "3600");
    const { worker, patient } = await stopBusy(url, workers);
    worker.terminate();
    Deno.kill(worker.pid, "SIGCONT");
    assert.equal((await worker.ended).code, 0);
    const { code, stderr } = await segment.ended;
    assert.equal(code, 0, stderr);
    assertEachOnce(segment.lines);
    const [[, , by]] = reported(segment.lines).get(patient)!;
    assert.ok(!by.endsWith(`-${worker.pid}`));
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()));
  }
});

testWithNats(
  "a worker whose server is gone waits for it, and ends when it is told to",
  async (url, _, server) => {
    const worker = startWorker(url);
    try {
      await worker.line(/^Working/);
      await heardOf(url, worker);
      await server.stop();
      worker.terminate();
      const { code, stderr } = await worker.ended;
      assert.equal(code, 0, stderr);
    } finally {
      await worker.kill();
    }
  },
);

for (
  const [when, pattern] of [["a patient is done", /slices by/], [
    "files are handed in",
    null,
  ]] as const
) {
  testWithNats(
    `segment --queue goes on when the server is killed and comes back, once ${when}`,
    async (url, folder, server) => {
      const data = await cohort(folder), out = join(folder, "out");
      const workers = [startWorker(url), startWorker(url)];
      let again: NatsServer | undefined;
      try {
        await Promise.all(workers.map((worker) => heardOf(url, worker)));
        const segment = startSegment(url, out, data);
        if (pattern) await segment.line(pattern);
        else await firstTask(url);
        await server.stop();
        // Longer than the workers' pulse and patience, so that both sides meet its absence.
        await setTimeout(3000);
        again = await startServer(join(folder, "nats"), new URL(url).port);
        const { code, stderr } = await segment.ended;
        assert.equal(code, 0, stderr + workers.map(({ lines }) => lines.join("\n")));
        assertEachOnce(segment.lines);
        for (const patient of patients) {
          assert.equal((await readdir(join(out, patient))).length, 4, patient);
        }
        await assertSwept(url);
      } finally {
        await Promise.all(workers.map((worker) => worker.kill()));
        await again?.stop();
      }
    },
  );
}

testWithNats(
  "segment --queue can be killed and started again, and no patient is done twice",
  async (url, folder) => {
    const data = await cohort(folder), out = join(folder, "out");
    const worker = startWorker(url);
    try {
      const first = startSegment(url, out, data);
      await first.line(/slices by/);
      await first.kill();
      const again = startSegment(url, out, data);
      const { code, stderr } = await again.ended;
      assert.equal(code, 0, stderr);
      assertEachOnce(again.lines);
      const done = worker.lines.filter((line) => /^TCGA\S+: [\d.]+ s$/.test(line));
      assert.equal(done.length, patients.length, worker.lines.join("\n"));
      await assertSwept(url);
    } finally {
      await worker.kill();
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

testWithNats("a worker gives up a patient that five workers were lost with", async (url) => {
  const run = runName("poison");
  const coordinator = await openCoordinator(url, { run, patience: 2 });
  const payload = { input: { kind: "patient", files: {} }, model: "nowhere" };
  const submitted = coordinator.submit({ kind: "segment", id: "P", payload });
  const refused = assert.rejects(submitted, /Cannot finish as 5 workers were lost with it/);
  const { connection, client } = await openQueue(url);
  const consumer = await client.consumers.get(taskStream, "segment");
  for (let attempt = 1; attempt <= 5; attempt++) {
    const message = await consumer.next({ expires: 30_000 });
    assert.equal(message!.info.deliveryCount, attempt);
    message!.nak();
  }
  await connection.flush();
  const worker = startWorker(url);
  try {
    await refused;
  } finally {
    await worker.kill();
    await coordinator.close();
    await connection.close();
  }
});

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
