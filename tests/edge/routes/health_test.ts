import assert from "node:assert/strict";
import { createFakeService } from "../support/fake_service.ts";
import { createTestApp, errorOf } from "../support/test_app.ts";

Deno.test("GET /health/live answers whatever the model does", async () => {
  const app = createTestApp({ service: createFakeService({ ready: false }) });
  const response = await app.request("/health/live");
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { status: "live", notice: "Not for clinical use." });
});

Deno.test("GET /health/ready is 503 until the model has answered", async () => {
  const waiting = createTestApp({ service: createFakeService({ ready: false }) });
  const response = await waiting.request("/health/ready");
  assert.equal(response.status, 503);
  assert.match(await errorOf(response), /not answered yet/);
  assert.equal((await createTestApp().request("/health/ready")).status, 200);
});

Deno.test("GET /health/load says what waits, what runs and on how many workers", async () => {
  const { waiting, busy, workers, engine } = await (await createTestApp().request("/health/load"))
    .json();
  assert.deepEqual([waiting, busy, workers, engine], [0, 0, 1, "fake"]);
});
