/**
 * Cohorts through a real NATS server whose workers, coordinator or server are killed in mid-work: nothing is lost,
 * nothing is there twice.
 */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { openCoordinator, runName } from "../../../train/queue/coordinator.ts";
import { openQueue } from "../../../train/queue/connection.ts";
import { taskStream, taskSubject } from "../../../train/queue/protocol.ts";
import { startCommand } from "../support/command_process.ts";
import { type NatsServer, startServer, testWithNats } from "../support/nats_server.ts";
import { temporaryFiles } from "../support/run_command.ts";
import {
  assertEachOnce,
  assertSwept,
  cohort,
  heardOf,
  model,
  patients,
  reported,
  startSegment,
  startWorker,
  stopBusy,
  type Stopped,
} from "../support/queued_cohort.ts";

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
  "validate --queue can be killed and started again, and no patient is measured twice",
  async (url, folder) => {
    const sources = ["--model", model, "--data", await cohort(folder)];
    const validate = () => startCommand("validate", "--queue", url, "--patience", "2", ...sources);
    const worker = startWorker(url), measured = /^TCGA\S+: [\d.]+ s$/;
    try {
      const first = validate();
      await worker.line(measured);
      await first.kill();
      const again = validate(), { code, stderr } = await again.ended;
      assert.equal(code, 0, stderr);
      for (const patient of patients) {
        const rows = again.lines.filter((line) => line.startsWith(`${patient} `));
        assert.equal(rows.length, 1, again.lines.join("\n"));
      }
      const done = worker.lines.filter((line) => measured.test(line));
      assert.equal(done.length, patients.length, worker.lines.join("\n"));
      await assertSwept(url);
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
