import assert from "node:assert/strict";
import { limitRequests } from "../../../edge/access/limit_requests.ts";
import { createMemoryStore } from "../../../edge/access/limit_store.ts";
import { createLog, type LogFormat } from "../../../edge/observe/log.ts";
import { QueueFullError, TimeLimitError } from "../../../shared/inference/pool_error.ts";
import { createFakeService } from "../support/fake_service.ts";
import { readBytes, slicePath } from "../support/files.ts";
import { createTestApp, post, type TestAppOptions } from "../support/test_app.ts";

const tiff = await readBytes(slicePath);

/** An app whose log is kept. */
function createLoggedApp(format: LogFormat = "json", options: TestAppOptions = {}) {
  const lines: string[] = [];
  const log = createLog(format, (line) => lines.push(line));
  return { app: createTestApp({ ...options, log }), lines };
}

async function metricsOf(app: ReturnType<typeof createTestApp>): Promise<string[]> {
  return (await (await app.request("/metrics")).text()).split("\n");
}

/** An app of one service whose segment() fails. */
function failingWith(error: Error): TestAppOptions {
  return { service: createFakeService({ segment: () => Promise.reject(error) }) };
}

Deno.test("createLog() writes one line of JSON for a request: what it was and what it took", async () => {
  const { app, lines } = createLoggedApp();
  const headers = { "X-Request-Id": "r-1" };
  await (await post("/v1/segment?id=Doe", { body: tiff, headers }, app)).body?.cancel();
  assert.equal(lines.length, 1);
  const { time, ms, stages, ...rest } = JSON.parse(lines[0]);
  assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(rest, {
    level: "info",
    id: "r-1",
    method: "POST",
    route: "/v1/segment",
    status: 200,
    model: "reference/1.0.0",
    engine: "fake",
  });
  const { decode, encode, ...worker } = stages;
  assert.ok(worker.wait >= 0);
  assert.deepEqual(worker, { wait: worker.wait, preprocess: 1, infer: 2, postprocess: 3 });
  assert.ok(ms >= decode + encode);
});

Deno.test("createLog() writes a line for people, and leaves out health and metrics", async () => {
  const { app, lines } = createLoggedApp("text");
  for (const path of ["/health/live", "/v2/health/ready", "/metrics", "/v1/models", "/nothing"]) {
    await (await app.request(path)).body?.cancel();
  }
  assert.equal(lines.length, 2, lines.join("\n"));
  assert.match(lines[0], /^\S+Z GET \/v1\/models 200 [\d.]+ ms [\w-]{36}$/);
  assert.match(lines[1], /^\S+Z GET none 404 \(unknown\) [\d.]+ ms [\w-]{36}$/);
});

for (const format of ["json", "text", "off"] as const) {
  Deno.test(`createLog("${format}") says what the server failed on`, async () => {
    const { app, lines } = createLoggedApp(format, failingWith(new Error("out of luck")));
    await (await post("/v1/segment", { body: tiff }, app)).body?.cancel();
    assert.equal(lines.length, 1);
    assert.match(lines[0], /out of luck/);
    if (format === "json") assert.equal(JSON.parse(lines[0]).level, "error");
  });
}

Deno.test('createLog("off") says nothing of what went well', async () => {
  const { app, lines } = createLoggedApp("off");
  await (await post("/v1/segment", { body: tiff }, app)).body?.cancel();
  await (await app.request("/nothing")).body?.cancel();
  assert.deepEqual(lines, []);
});

Deno.test("GET /metrics counts requests by route and status, and times their stages", async () => {
  const { app } = createLoggedApp();
  for (const body of [tiff, tiff, "hello"]) {
    await (await post("/v1/segment?id=Doe", { body }, app)).body?.cancel();
  }
  await (await app.request("/v2/models/reference")).body?.cancel();
  await (await app.request("/a/b/JaneDoe", { method: "BREW" })).body?.cancel();
  const lines = await metricsOf(app);
  for (
    const line of [
      'gliomap_requests_total{method="POST",route="/v1/segment",status="200"} 2',
      'gliomap_requests_total{method="POST",route="/v1/segment",status="415"} 1',
      'gliomap_requests_total{method="GET",route="/v2/models/:name",status="200"} 1',
      'gliomap_requests_total{method="other",route="none",status="404"} 1',
      'gliomap_request_duration_seconds_count{route="/v1/segment"} 3',
      'gliomap_stage_duration_seconds_count{stage="decode"} 3',
      'gliomap_stage_duration_seconds_sum{stage="infer"} 0.004',
      'gliomap_stage_duration_seconds_count{stage="encode"} 2',
      'gliomap_rejections_total{reason="format"} 1',
      "gliomap_queue_slices 0",
      "gliomap_workers 1",
      "gliomap_worker_restarts_total 0",
      'gliomap_engine{engine="fake"} 1',
      'gliomap_model_ready{model="reference",version="1.0.0"} 1',
      // The request for the metrics itself.
      "gliomap_requests_in_flight 1",
    ]
  ) {
    assert.ok(lines.includes(line), `${line} is not in\n${lines.join("\n")}`);
  }
  assert.doesNotMatch(lines.join("\n"), /Doe|BREW/);
});

const oneAMinute = limitRequests({
  tokens: [],
  perMinute: 1,
  trustedProxies: [],
  store: createMemoryStore(),
  onStoreError: () => assert.fail(),
});
const onlyHolders = limitRequests({
  tokens: [{ name: "ward", sha256: "0".repeat(64), perMinute: 1, perDay: 1 }],
  perMinute: 0,
  trustedProxies: [],
  store: createMemoryStore(),
  onStoreError: () => assert.fail(),
});
for (
  const [reason, options, init] of [
    ["queue", failingWith(new QueueFullError("at most 0 slices may wait", 1)), {}],
    ["time limit", failingWith(new TimeLimitError("segment the slice", 1)), {}],
    ["failure", failingWith(new Error("out of luck")), {}],
    ["size", { limits: { maxBodyBytes: 10 } }, {}],
    ["size", { limits: { maxPixels: 10 } }, {}],
    ["format", {}, { body: "hello" }],
    ["unreadable", {}, { body: tiff.subarray(0, 5000) }],
    ["accept", {}, { headers: { Accept: "text/html" } }],
    ["unknown", {}, { path: "/v1/segment?model=third" }],
    ["rate", { access: { limitRequests: oneAMinute } }, { twice: true }],
    ["token", { access: { limitRequests: onlyHolders } }, {}],
  ] as [string, TestAppOptions, { path?: string; body?: BodyInit; twice?: boolean }][]
) {
  Deno.test(`GET /metrics counts what was refused for its ${reason}: ${JSON.stringify(init).slice(0, 40)}`, async () => {
    const { app, lines } = createLoggedApp("json", options);
    const { path = "/v1/segment", twice, ...rest } = init;
    for (let i = 0; i < (twice ? 2 : 1); i++) {
      await (await post(path, { body: tiff, ...rest }, app)).body?.cancel();
    }
    assert.equal(JSON.parse(lines.at(-1)!).rejection, reason);
    const reasons = (await metricsOf(app)).filter((line) => /rejections_total\{/.test(line));
    // Whoever may not ask may not read the metrics either.
    const expected = options.access ? [] : [`gliomap_rejections_total{reason="${reason}"} 1`];
    assert.deepEqual(reasons, expected);
  });
}

Deno.test("observeRequests() ends the observation of a stream with its last event", async () => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: finish, resolve: goOn } = Promise.withResolvers<void>();
  const whole = createFakeService();
  const service = createFakeService({
    async segment(slice, options) {
      begin();
      await finish;
      return await whole.segment(slice, options);
    },
  });
  const { app, lines } = createLoggedApp("json", { service });
  const response = await post("/v1/volumes", { body: tiff }, app);
  await begun;
  assert.deepEqual(lines, []);
  goOn();
  await response.text();
  const { status, stages } = JSON.parse(lines[0]);
  assert.equal(status, 200);
  assert.equal(stages.infer, 2);
  assert.ok(stages.encode >= 0);
});

Deno.test("observeRequests() tells the status that a stream ended with", async () => {
  const { app, lines } = createLoggedApp("json", failingWith(new TimeLimitError("work", 1)));
  const response = await post("/v1/volumes", { body: tiff }, app);
  assert.equal(response.status, 200);
  await response.text();
  const { status, rejection } = JSON.parse(lines[0]);
  assert.deepEqual([status, rejection], [504, "time limit"]);
});
