/** The client's patience with servers that are busy, on real sockets. */

import assert from "node:assert/strict";
import { ApiError, createClient } from "../../edge/client.ts";
import { readBytes, slicePath } from "./support/files.ts";
import { sendSlowly } from "./support/held_connections.ts";
import { startEdge } from "./support/running_server.ts";

/** A server that is busy a few times, on a real socket, and what a client of it waits for. */
async function withBusyServer(
  statuses: readonly number[],
  retryAfter: string | undefined,
  work: (
    url: string,
    waits: number[],
    wait: (milliseconds: number) => Promise<void>,
  ) => Promise<void>,
) {
  let asked = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    const status = statuses[asked++] ?? 200;
    if (status === 200) return Response.json({ default: "x", models: [], notice: "" });
    const headers: HeadersInit = retryAfter === undefined ? {} : { "Retry-After": retryAfter };
    return Response.json({ error: "busy", notice: "" }, { status, headers });
  });
  const waits: number[] = [];
  const wait = (milliseconds: number) => {
    waits.push(milliseconds);
    return Promise.resolve();
  };
  try {
    await work(`http://127.0.0.1:${server.addr.port}`, waits, wait);
  } finally {
    await server.shutdown();
  }
}

Deno.test("createClient() asks again when a busy server says so", async () => {
  await withBusyServer([429, 503, 429], "7", async (url, waits, wait) => {
    assert.deepEqual((await createClient(url, { wait }).models()).models, []);
    assert.deepEqual(waits, [7000, 7000, 7000]);
  });
});

Deno.test("createClient() waits longer each time where a busy server does not say", async () => {
  await withBusyServer([503, 503, 503], undefined, async (url, waits, wait) => {
    await createClient(url, { wait }).models();
    assert.deepEqual(waits, [500, 1000, 2000]);
  });
});

Deno.test("createClient() gives up after as many times as it was told", async () => {
  await withBusyServer([429, 429, 429], "0", async (url, waits, wait) => {
    const refused = createClient(url, { wait, retries: 2 }).models();
    await assert.rejects(refused, (error) => error instanceof ApiError && error.status === 429);
    assert.equal(waits.length, 2);
  });
});

Deno.test("createClient() does not wait longer than it was told", async () => {
  await withBusyServer([429], "3600", async (url, waits, wait) => {
    await assert.rejects(createClient(url, { wait }).models(), /busy/);
    assert.deepEqual(waits, []);
  });
});

Deno.test("createClient() stops waiting when it is cancelled", async () => {
  await withBusyServer([429], "3600", async (url) => {
    const client = createClient(url, { longestWait: Infinity });
    await assert.rejects(client.models({ signal: AbortSignal.timeout(50) }), {
      name: "TimeoutError",
    });
  });
});

Deno.test("createClient() understands a date to come back at", async () => {
  const hour = 3_600_000, minute = 60_000;
  for (const [wanted, least] of [[hour, hour - 10 * minute], [-hour, 0]]) {
    const date = new Date(Date.now() + wanted).toUTCString();
    await withBusyServer([503], date, async (url, waits, wait) => {
      await createClient(url, { wait, longestWait: Infinity }).models();
      assert.equal(waits.length, 1);
      assert.ok(waits[0] >= least && waits[0] <= Math.max(wanted, 0), `${waits} for ${date}`);
    });
  }
});

Deno.test("createClient() waits by itself for as long as it is told", async () => {
  await withBusyServer([429], "1", async (url) => {
    const start = performance.now();
    assert.deepEqual((await createClient(url).models()).models, []);
    const waited = performance.now() - start;
    // Timers count whole milliseconds.
    assert.ok(waited >= 999, `${waited} ms`);
  });
});

Deno.test("createClient() sends a slice again to an edge that was full", async () => {
  await using server = await startEdge("--max-requests", "1", "--body-seconds", "600");
  const slice = await readBytes(slicePath), finish = sendSlowly(server, slice);
  const held = async () => await (await fetch(`${server.url}metrics`)).text();
  while (!/^gliomap_requests_held 1$/m.test(await held()));
  const waits: number[] = [];
  async function wait(milliseconds: number): Promise<void> {
    waits.push(milliseconds);
    if (waits.length === 1) assert.match(await finish(), /^HTTP\/1\.1 200 /);
    // The place is free a moment after the answer has come.
    else await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const client = createClient(server.url, { wait, retries: Infinity });
  const { tumorAreaPixels } = await client.segment(new Blob([slice]));
  assert.ok(tumorAreaPixels > 2500);
  assert.ok(waits.length > 0);
  assert.deepEqual(new Set(waits), new Set([1000]));
});
