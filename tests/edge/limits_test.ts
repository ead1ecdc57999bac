import assert from "node:assert/strict";
import { Command } from "commander";
import { addLimitOptions, defaultLimits, readLimits } from "../../edge/limits.ts";
import type { Slice } from "../../shared/volume.ts";
import { createFakeService } from "./support/fake_service.ts";
import { readBytes, slicePath } from "./support/files.ts";
import { createTestApp, errorOf, post } from "./support/test_app.ts";

const tiff = await readBytes(slicePath);

function parse(...args: string[]) {
  return readLimits(addLimitOptions(new Command()).parse(args, { from: "user" }).opts());
}

Deno.test("readLimits() gives the defaults, and what is said instead", () => {
  assert.deepEqual(parse(), defaultLimits);
  assert.deepEqual(parse("--max-pixels", "65536", "--body-seconds", "0.5"), {
    ...defaultLimits,
    maxPixels: 65536,
    bodySeconds: 0.5,
  });
});

for (
  const [flag, value] of [
    ["--max-files", "0"],
    ["--decode-seconds", "0"],
    ["--max-values", "x"],
    ["--max-channels", "5"],
  ]
) {
  Deno.test(`readLimits() refuses ${flag} ${value}`, () => {
    assert.throws(() => parse(flag, value), new RegExp(`${flag} .*current value is "${value}"`));
  });
}

/** A body of which the first bytes come, and then nothing. */
function stalled(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.enqueue(tiff.subarray(0, 1000)) });
}

for (const path of ["/v1/segment", "/v1/dice", "/v1/volumes", "/v2/models/reference/infer"]) {
  Deno.test(`POST ${path} answers a body that does not come with 408`, async () => {
    const app = createTestApp({ limits: { bodySeconds: 0.05 } });
    const response = await post(path, { body: stalled() }, app);
    assert.equal(response.status, 408);
    assert.match(await errorOf(response), /must arrive within 0\.05 s/);
  });

  Deno.test(`POST ${path} refuses a body over the limit as it comes`, async () => {
    const app = createTestApp({ limits: { maxBodyBytes: 5000, maxVolumeBytes: 5000 } });
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(++sent * 100)),
    });
    const response = await post(path, { body: endless }, app);
    assert.equal(response.status, 413);
    assert.match(await errorOf(response), /at most 5000 bytes/);
    assert.ok(sent < 20);
  });
}

Deno.test("createApp() refuses more requests than it holds, until their answers are read, before bodies are", async () => {
  const answered = Promise.withResolvers<void>(), begun = Promise.withResolvers<void>();
  const fake = createFakeService();
  const segment = async (slice: Slice) => {
    begun.resolve();
    await answered.promise;
    return fake.segment(slice);
  };
  const service = createFakeService({ segment });
  const app = createTestApp({ service, limits: { maxRequests: 1 } });
  const first = post("/v1/segment", { body: tiff }, app);
  await begun.promise;
  const second = await post("/v1/segment", { body: stalled() }, app);
  assert.equal(second.status, 429);
  assert.match(second.headers.get("retry-after")!, /^\d+$/);
  assert.match(await errorOf(second), /at most 1 requests may be held at once/);
  assert.equal((await app.request("/health/live")).status, 200);
  answered.resolve();
  const unread = await first;
  assert.equal(unread.status, 200);
  assert.equal((await post("/v1/segment", { body: tiff }, app)).status, 429);
  await unread.bytes();
  assert.equal((await post("/v1/segment", { body: tiff }, app)).status, 200);
});

Deno.test("createApp() has room again where a client left before its answer", async () => {
  const client = new AbortController(), fake = createFakeService();
  const segment = (slice: Slice) => {
    if (client.signal.aborted) return fake.segment(slice);
    client.abort();
    return Promise.reject(client.signal.reason);
  };
  const app = createTestApp({
    service: createFakeService({ segment }),
    limits: { maxRequests: 1 },
  });
  const { signal } = client;
  const left = await app.request("/v1/segment", { method: "POST", body: tiff, signal });
  assert.equal(left.status, 499);
  assert.equal((await post("/v1/segment", { body: tiff }, app)).status, 200);
});
