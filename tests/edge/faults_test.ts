/** What goes wrong around a real server, with real sockets and signals. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { encodePng } from "../../shared/image/encode_png.ts";
import { readBytes, slicePath } from "./support/files.ts";
import { argumentsOfTask, type RunningServer, startServer } from "./support/running_server.ts";
import { volumeForm } from "./support/sent_volume.ts";

const serve = [...await argumentsOfTask("edge"), "--port", "0", "--engine", "wasm"];
const tiff = await readBytes(slicePath);

async function statusOf(url: string, init?: RequestInit): Promise<number> {
  const response = await fetch(url, init);
  await response.body?.cancel();
  return response.status;
}

/** Posts a slice, for its status alone. */
function segment({ url }: RunningServer, query = ""): Promise<number> {
  return statusOf(`${url}v1/segment${query}`, { method: "POST", body: tiff });
}

interface Load {
  readonly waiting: number;
  readonly busy: number;
  readonly overdue: number;
  readonly restarts: number;
}

async function loadOf({ url }: RunningServer): Promise<Load> {
  return await (await fetch(`${url}health/load`)).json();
}

/** Asks again until the answer will do; a test that never gets one is ended by whoever runs it. */
async function until<Value>(ask: () => Promise<Value>, done: (value: Value) => boolean) {
  for (;;) {
    const value = await ask();
    if (done(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Starts a volume on one worker and waits for its first slice. */
async function startVolume({ url }: RunningServer, slices: number, signal?: AbortSignal) {
  const body = await volumeForm(slices);
  const response = await fetch(`${url}v1/volumes?model=reference`, {
    method: "POST",
    body,
    signal,
  });
  assert.equal(response.status, 200);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes('"event":"slice"')) text += (await reader.read()).value;
  return {
    async rest() {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return text;
        text += value;
      }
    },
  };
}

Deno.test("deno task edge is not ready from SIGTERM on, takes nothing new, and ends what it has begun", async () => {
  await using server = await startServer([...serve, "--workers", "1", "--drain", "600"]);
  const volume = await startVolume(server, 8);
  const stopped = server.stop("SIGTERM");
  assert.equal(await until(() => statusOf(`${server.url}health/ready`), (s) => s !== 200), 503);
  assert.equal(await statusOf(`${server.url}v2/health/ready`), 503);
  assert.equal(await segment(server), 503);
  assert.equal(await statusOf(`${server.url}health/live`), 200);
  const events = (await volume.rest()).trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(events.filter(({ event }) => event === "slice").length, 8);
  assert.equal(events.at(-1).event, "result");
  const { code, signal } = await stopped;
  assert.deepEqual([code, signal], [0, null]);
});

Deno.test("deno task edge --drain ends in its time whatever a client does", async () => {
  await using server = await startServer([...serve, "--drain", "0.5"]);
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  socket.write(
    "POST /v1/segment HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\nExpect: 100-continue\r\n\r\n",
  );
  await once(socket, "data");
  const { code, signal } = await server.stop("SIGTERM");
  assert.deepEqual([code, signal], [0, null]);
  socket.destroy();
});

Deno.test("deno task edge forgets a volume whose client leaves in mid-answer", async () => {
  await using server = await startServer([...serve, "--workers", "1", "--max-volumes", "1"]);
  const client = new AbortController();
  const volume = await startVolume(server, 20, client.signal);
  const refused = { method: "POST", body: await volumeForm(1) };
  assert.equal(await statusOf(`${server.url}v1/volumes`, refused), 429);
  client.abort();
  await assert.rejects(volume.rest());
  await until(() => loadOf(server), ({ waiting, busy }) => waiting + busy === 0);
  const whole = { method: "POST", body: await volumeForm(1) };
  assert.equal(await statusOf(`${server.url}v1/volumes?output=json`, whole), 200);
  // It was left long before its end: one slice more is the volume that came after.
  const metrics = await (await fetch(`${server.url}metrics`)).text();
  const inferred = Number(/stage_duration_seconds_count\{stage="infer"\} (\d+)/.exec(metrics)![1]);
  assert.ok(inferred < 20, `${inferred} slices were segmented`);
  assert.match(metrics, /rejections_total\{reason="gone"\} 1\n/);
});

/** A picture with three channels, as a PNG. */
function png(side: number): Uint8Array<ArrayBuffer> {
  const data = Uint8Array.from({ length: side * side * 3 }, (_, index) => index * 7 % 251);
  return encodePng({ data, height: side, width: side, channels: 3 });
}

Deno.test("deno task edge replaces a worker that takes too long, and only its request fails", async () => {
  await using server = await startServer([...serve, "--workers", "2", "--time-limit", "2"]);
  const ask = (body: Uint8Array<ArrayBuffer>, query = "") =>
    statusOf(`${server.url}v1/segment${query}`, { method: "POST", body });
  // A core needs some five seconds for the first, and milliseconds for the others.
  const [slow, ...quick] = await Promise.all([
    ask(png(1024), "?model=reference"),
    ...Array.from({ length: 8 }, () => ask(png(32))),
  ]);
  assert.equal(slow, 504);
  assert.deepEqual(new Set(quick), new Set([200]));
  assert.equal((await loadOf(server)).restarts, 1);
  assert.equal(await ask(png(32), "?model=reference"), 200);
  const metrics = await (await fetch(`${server.url}metrics`)).text();
  assert.match(metrics, /^gliomap_worker_restarts_total 1$/m);
  assert.match(metrics, /^gliomap_rejections_total\{reason="time limit"\} 1$/m);
});

Deno.test("deno task edge never runs more than two workers where it may have one, however many take too long", async () => {
  await using server = await startServer([...serve, "--workers", "1", "--time-limit", "1"]);
  // A core needs some five seconds for each.
  const slow = Array.from(
    { length: 3 },
    () => statusOf(`${server.url}v1/segment?model=reference`, { method: "POST", body: png(1024) }),
  );
  let most = 0, answered = false;
  const watching = (async () => {
    while (!answered) {
      const { busy, overdue } = await loadOf(server);
      most = Math.max(most, busy + overdue);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  assert.deepEqual(new Set(await Promise.all(slow)), new Set([504]));
  answered = true;
  await watching;
  assert.ok(most === 2, `${most} workers`);
  await until(() => loadOf(server), ({ overdue }) => overdue === 0);
  assert.equal(
    await statusOf(`${server.url}v1/segment`, { method: "POST", body: png(32) }),
    200,
  );
  const metrics = await (await fetch(`${server.url}metrics`)).text();
  assert.match(metrics, /^gliomap_workers_overdue 0$/m);
});

Deno.test("deno task edge replaces a worker that runs out of memory, and only its request fails", async () => {
  // 128 MB for each WebAssembly: enough for small slices, and not for the largest.
  const args = serve.map((argument) =>
    argument.startsWith("--v8-flags=") ? `${argument},--wasm-max-mem-pages=2048` : argument
  );
  assert.notDeepEqual(args, serve);
  await using server = await startServer([...args, "--workers", "2", "--time-limit", "3600"]);
  const ask = async (body: Uint8Array<ArrayBuffer>) => {
    const url = `${server.url}v1/segment?model=reference`;
    const response = await fetch(url, { method: "POST", body });
    return { status: response.status, text: await response.text() };
  };
  const [large, ...small] = await Promise.all([
    ask(png(1024)),
    ...Array.from({ length: 8 }, () => ask(png(32))),
  ]);
  assert.equal(large.status, 500);
  assert.match(large.text, /"The server failed to answer; its log says why\."/);
  assert.deepEqual(new Set(small.map(({ status }) => status)), new Set([200]));
  assert.equal((await loadOf(server)).restarts, 1);
  assert.match(server.output, /bad_alloc/);
  assert.equal((await ask(png(32))).status, 200);
});
