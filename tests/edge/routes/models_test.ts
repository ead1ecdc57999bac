import assert from "node:assert/strict";
import type { ErrorAnswer, ModelsAnswer, SegmentAnswer } from "../../../edge/answer.ts";
import { createFakeModels, createFakeService } from "../support/fake_service.ts";
import { readBytes, slicePath } from "../support/files.ts";
import { createTestApp, post } from "../support/test_app.ts";

const tiff = await readBytes(slicePath);
const first = createFakeService();
const second = createFakeService({ card: { ...first.card, name: "second", version: "2.0.0" } });
const app = createTestApp({ models: createFakeModels(first, second) });

Deno.test("GET /v1/models lists every model with its card, the default first", async () => {
  const answer = await (await app.request("/v1/models")).json() as ModelsAnswer;
  assert.equal(answer.default, "reference");
  assert.deepEqual(answer.models.map(({ name, version }) => [name, version]), [
    ["reference", "1.0.0"],
    ["second", "2.0.0"],
  ]);
  assert.deepEqual(answer.models[0].card, first.card);
  assert.equal(answer.notice, "Not for clinical use.");
});

Deno.test("?model= chooses the model, which every answer names", async () => {
  const asked = await post("/v1/segment?model=second", { body: tiff }, app);
  assert.equal(asked.headers.get("x-model"), "second/2.0.0");
  const { model } = await asked.json() as SegmentAnswer;
  assert.deepEqual(model, { name: "second", version: "2.0.0" });
  const { model: usual } = await (await post("/v1/segment", { body: tiff }, app)).json();
  assert.equal(usual.name, "reference");
});

Deno.test("?model= of a model that is not there is 404 with those that are", async () => {
  const response = await post("/v1/segment?model=third", { body: tiff }, app);
  assert.equal(response.status, 404);
  const { error, models } = await response.json() as ErrorAnswer;
  assert.match(error, /must be one of reference, second: current value is "third"/);
  assert.deepEqual(models, ["reference", "second"]);
});

Deno.test("?id= is repeated in the answer", async () => {
  const response = await post("/v1/segment?id=patient%207", { body: tiff }, app);
  assert.equal((await response.json() as SegmentAnswer).id, "patient 7");
});
