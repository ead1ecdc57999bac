import assert from "node:assert/strict";
import { createDecoders } from "../../../edge/decoding/decoders.ts";
import { startInlineThread } from "../../../edge/decoding/inline_thread.ts";
import { defaultLimits } from "../../../edge/limits.ts";
import { createFakeModels, createFakeService } from "../support/fake_service.ts";
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

for (const path of ["/health/live", "/v2/health/live"]) {
  Deno.test(`GET ${path} is 503 where threads hang and none can start in their place`, async () => {
    const models = createFakeModels(createFakeService());
    const stuckModels = { ...models, load: { ...models.load, stuck: true } };
    const limits = defaultLimits, decoders = createDecoders({ start: startInlineThread, limits });
    const stuckDecoders = { ...decoders, stuck: true };
    for (const options of [{ models: stuckModels }, { decoders: stuckDecoders }]) {
      const response = await createTestApp(options).request(path);
      assert.equal(response.status, 503);
      assert.match(await errorOf(response), /Threads hang/);
    }
  });
}
