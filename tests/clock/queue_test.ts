/** A cohort in a queue whose workers and coordinator have clocks that jump. */

import { setTimeout } from "node:timers/promises";
import assert from "node:assert/strict";
import { join } from "node:path";
import { startCommandUnderClock } from "../train/support/command_process.ts";
import { type NatsServer, startServer, testWithNats } from "../train/support/nats_server.ts";
import {
  assertEachOnce,
  assertSwept,
  cohort,
  heardOf,
  model,
  patients,
} from "../train/support/queued_cohort.ts";

testWithNats(
  "segment --queue loses no time and no patient when clocks jump by hours and the server is away meanwhile",
  async (url, folder, server) => {
    const data = await cohort(folder), out = join(folder, "out");
    const workers = [0, 1].map(() =>
      startCommandUnderClock("worker", "--queue", url, "--cores", "1")
    );
    let again: NatsServer | undefined;
    try {
      await Promise.all(workers.map((worker) => heardOf(url, worker)));
      const options = ["--queue", url, "--patience", "3", "--model", model, "--out", out];
      const segment = startCommandUnderClock("segment", ...options, data);
      await segment.line(/slices by/);
      await server.stop();
      await setTimeout(3000);
      again = await startServer(join(folder, "nats"), new URL(url).port);
      // One that hangs shall fail, not keep all other tests waiting.
      const late = globalThis.setTimeout(() => void segment.kill(), 300_000);
      const { code, stderr } = await segment.ended.finally(() => clearTimeout(late));
      assert.equal(code, 0, stderr + workers.map(({ lines }) => lines.join("\n")));
      assertEachOnce(segment.lines);
      // What a line says of the time a patient took is no matter of hours, nor less than nothing.
      const times = segment.lines.flatMap((line) => / in (\S+) s$/.exec(line)?.[1] ?? []);
      assert.equal(times.length, patients.length, segment.lines.join("\n"));
      for (const time of times) assert.ok(Number(time) >= 0 && Number(time) < 3600, time);
      await assertSwept(url);
    } finally {
      await Promise.all(workers.map((worker) => worker.kill()));
      await again?.stop();
    }
  },
);
