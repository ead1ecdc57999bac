/** Whatever becomes of one process of a cluster, the others end soon, and say which one it was. */
import assert from "node:assert/strict";
import { assertStopped, secondsAllowed } from "./assert_stopped.ts";
import { freeCluster, type TrainingProcess, withProcesses } from "./processes.ts";

/** More steps than anybody waits for. */
const endless = { steps: 1_000_000 };

async function underWay(processes: readonly TrainingProcess[]): Promise<void> {
  await Promise.all(processes.map((process) => process.printed('"step":1,')));
}

Deno.test("inCluster stops everyone and names the process that was killed", async () => {
  await withProcesses([endless, endless, endless], async (processes) => {
    await underWay(processes);
    const [first, killed, last] = processes, since = performance.now();
    killed.kill("SIGKILL");
    const message = new RegExp(`^error: Training stopped as rank 1 \\(${killed.address}\\) died`);
    for (const { ending } of [first, last]) assertStopped(await ending, since, message);
  });
});

Deno.test("inCluster stops everyone and names the first process when that was killed", async () => {
  await withProcesses([endless, endless], async ([killed, other]) => {
    await underWay([killed, other]);
    const since = performance.now();
    killed.kill("SIGKILL");
    assertStopped(await other.ending, since, /stopped as rank 0 \(.*\) died/);
  });
});

/** What takes time and hardly any work: processes of a cluster that are waited for in vain. */
interface Wait {
  readonly name: string;
  /** Addresses that it needs. */
  readonly size: number;
  readonly test: (cluster: string) => Promise<void>;
}

const waits: readonly Wait[] = [
  {
    name: "inCluster stops everyone and names the process that hangs",
    size: 2,
    test: (cluster) =>
      withProcesses([endless, endless], async ([other, hanging]) => {
        await underWay([other, hanging]);
        const since = performance.now();
        hanging.kill("SIGSTOP");
        const message = new RegExp(
          `stopped as rank 1 \\(${hanging.address}\\) gave no sign of life`,
        );
        assertStopped(await other.ending, since, message);
      }, cluster),
  },
  {
    name: "inCluster ends a process that does not react to the loss of another",
    size: 2,
    test: (cluster) =>
      withProcesses([{ ...endless, hang: true }, endless], async ([busy, killed]) => {
        await Promise.all([busy, killed].map((process) => process.printed('"step":0,')));
        const since = performance.now();
        killed.kill("SIGKILL");
        assertStopped(await busy.ending, since, /stopped as rank 1 \(.*\) died/);
      }, cluster),
  },
  {
    name: "inCluster waits for late processes, then names those that never came",
    size: 3,
    async test(cluster) {
      const [, second, third] = cluster.split(","), since = performance.now();
      await withProcesses([{ startSeconds: 7 }], async ([alone]) => {
        await alone.printed(`Waiting for rank 1 (${second}), rank 2 (${third})`);
        const message = /stopped as rank 1 \(.*\) and rank 2 \(.*\) did not come within 7 s/;
        assertStopped(await alone.ending, since, message);
      }, cluster);
    },
  },
  {
    name: "inCluster stops everyone who came and names the process that never did",
    size: 3,
    test: (cluster) =>
      withProcesses([{ startSeconds: 7 }, { startSeconds: 9 }], async (processes) => {
        // Where one misses nobody else, the two have met.
        await Promise.any(processes.map((process) => process.printed("Waiting for rank 2")));
        const since = performance.now();
        // To everyone the lost one is rank 2, not the other who stopped because of it.
        const message = /^error: Training stopped as rank 2 \(.*\) did not come within \d s$/;
        for (const { ending } of processes) assertStopped(await ending, since, message);
      }, cluster),
  },
  {
    name: "inCluster told no patience stops in time as well when a process never comes",
    size: 2,
    test: (cluster) =>
      withProcesses([{ startSeconds: undefined }], async ([alone]) => {
        // Its first line comes some seconds after it has begun to wait; until then it is TensorFlow that takes its time.
        await alone.printed("Waiting for rank 1");
        const since = performance.now(), ending = await alone.ending;
        assertStopped(ending, since, /stopped as rank 1 \(.*\) did not come within \d+ s/);
        const waited = Number(/did not come within (\d+) s/.exec(ending.stderr)![1]);
        assert.ok(waited < secondsAllowed, `the process waited for ${waited} s`);
      }, cluster),
  },
];

Deno.test("inCluster lets nobody wait in vain for long", async (t) => {
  const free = freeCluster(waits.reduce((sum, { size }) => sum + size, 0)).split(",");
  // All at once, which Deno allows where it does not look for what each of them leaves behind, but for what all do.
  const unlooked = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };
  await Promise.all(waits.map(({ name, size, test }) => {
    const cluster = free.splice(0, size).join(",");
    return t.step({ name, fn: () => test(cluster), ...unlooked });
  }));
});

Deno.test("inCluster tells everyone why a process failed", async () => {
  await withProcesses([{ ...endless, error: "no space left" }, endless], async (processes) => {
    const since = performance.now(), [failed, other] = processes;
    assertStopped(await failed.ending, since, /^error: no space left$/);
    assertStopped(await other.ending, since, /stopped as rank 0 \(.*\) stopped: no space left/);
  });
});

Deno.test("inCluster names the setting and the ranks that differ", async () => {
  const each = [8, 8, 4].map((size) => ({ ...endless, settings: { "--batch-size": size } }));
  const since = performance.now();
  await withProcesses(each, async (processes) => {
    for (const { ending } of processes) {
      const message =
        /every process must have the same --batch-size: rank [01] \(.*\) has 8, rank 2 \(.*\) has 4/;
      assertStopped(await ending, since, message);
    }
  });
});

/** What errors call that which a process spoils. */
const spoilable = {
  weights: "weights",
  mean: "moments of the optimizer",
  variance: "moments of the optimizer",
} as const;

for (const spoil of ["weights", "mean", "variance"] as const) {
  Deno.test(`assertSameState names processes that differ in one number of the ${spoil}`, async () => {
    await withProcesses([{ steps: 1 }, { steps: 1, spoil }], async (processes) => {
      const since = performance.now(), ranks = "rank 0 \\(.*\\) has .*, rank 1 \\(.*\\) has ";
      const message = new RegExp(`same ${spoilable[spoil]} after the last step: ${ranks}`);
      for (const { ending } of processes) assertStopped(await ending, since, message);
    });
  });
}

Deno.test("inCluster names the process that was given other addresses", async () => {
  const cluster = freeCluster(3), two = cluster.split(",").slice(0, 2).join(",");
  const since = performance.now();
  await withProcesses([{}, { cluster }], async (processes) => {
    for (const { ending } of processes) {
      assertStopped(await ending, since, /same --cluster: rank 0 .* has .*, rank 1 \(.*\) has /);
    }
  }, two);
});

Deno.test("inCluster says which port of this machine is taken", async () => {
  const cluster = freeCluster(2), [hostname, port] = cluster.split(",")[0].split(":");
  const taken = Deno.listen({ hostname, port: Number(port) }), since = performance.now();
  try {
    await withProcesses([{}], async ([process]) => {
      const message = new RegExp(`as rank 0 \\(${hostname}:${port}\\) must be a free port`);
      assertStopped(await process.ending, since, message);
    }, cluster);
  } finally {
    taken.close();
  }
});
