import assert from "node:assert/strict";
import { QueueFullError, TimeLimitError } from "../../shared/inference/pool_error.ts";
import { createFakeService } from "./support/fake_service.ts";
import { readBytes, slicePath } from "./support/files.ts";
import { createTestApp, errorOf, post, withoutLog } from "./support/test_app.ts";

const tiff = await readBytes(slicePath);

Deno.test("createApp() answers a failure of its own with 500 and tells nothing of it", async () => {
  const segment = () => Promise.reject(new Error("secret path /home/someone"));
  const app = createTestApp({ service: createFakeService({ segment }) });
  const [response, log] = await withoutLog(() => post("/v1/segment", { body: tiff }, app));
  assert.equal(response.status, 500);
  assert.doesNotMatch(await errorOf(response), /secret|\.ts/);
  assert.match(log, /secret/);
});

for (
  const [error, status, retryAfter] of [
    [new QueueFullError("at most 32 slices may wait", 7), 429, "7"],
    [new TimeLimitError("segment the slice", 30_000), 504, null],
  ] as const
) {
  Deno.test(`createApp() answers a ${error.name} with ${status}`, async () => {
    const app = createTestApp({
      service: createFakeService({ segment: () => Promise.reject(error) }),
    });
    const response = await post("/v1/segment", { body: tiff }, app);
    assert.equal(response.status, status);
    assert.equal(response.headers.get("retry-after"), retryAfter);
    assert.equal(await errorOf(response), error.message);
  });
}

for (
  const path of [
    "/nothing",
    "/assets/nothing.js",
    "/assets/../deno.json",
    "/v1/nothing",
    "/v2/nothing",
    "/v2/models",
    "/v2/models/reference/config",
    "/v2/models/reference/versions/1.0.0/stats",
  ]
) {
  Deno.test(`GET ${path} is 404`, async () => {
    const response = await createTestApp().request(path);
    assert.equal(response.status, 404);
    assert.match(await errorOf(response), /Cannot find/);
  });
}

for (
  const [method, path, allowed] of [
    ["GET", "/v1/segment", "POST"],
    ["DELETE", "/v1/dice", "POST"],
    ["POST", "/health/live", "GET, HEAD"],
    ["POST", "/", "GET, HEAD"],
    ["POST", "/v2", "GET, HEAD"],
    ["POST", "/v2/health/live", "GET, HEAD"],
    ["POST", "/v2/models/reference", "GET, HEAD"],
    ["POST", "/v2/models/reference/ready", "GET, HEAD"],
    ["GET", "/v2/models/reference/infer", "POST"],
    ["DELETE", "/v2/models/reference/versions/1.0.0/infer", "POST"],
  ]
) {
  Deno.test(`${method} ${path} is 405 and says what is allowed`, async () => {
    const response = await createTestApp().request(path, { method });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), allowed);
    assert.match(await errorOf(response), new RegExp(`must be ${allowed}`));
  });
}

Deno.test("POST /v2/nothing is 404, as GET is", async () => {
  const response = await post("/v2/nothing", {});
  assert.equal(response.status, 404);
  assert.match(await errorOf(response), /Cannot find/);
});

Deno.test("createApp() gives every answer an id, the client's where it sent one", async () => {
  const app = createTestApp();
  assert.match((await app.request("/nothing")).headers.get("x-request-id")!, /^[\w-]{36}$/);
  const headers = { "X-Request-Id": "mine-1" };
  const response = await app.request("/health/live", { headers });
  assert.equal(response.headers.get("x-request-id"), "mine-1");
});
