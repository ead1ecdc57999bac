import assert from "node:assert/strict";
import type { ErrorAnswer, ModelsAnswer, SegmentAnswer } from "../../../edge/answer.ts";
import { createFakeModels, createFakeService } from "../support/fake_service.ts";
import { maskPath, readBytes, slicePath } from "../support/files.ts";
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

Deno.test("every form of an answer names the model, pictures, files and streams too", async () => {
  for (
    const [path, accept] of [
      ["/v1/segment", "application/json"],
      ["/v1/segment", "image/png"],
      ["/v1/segment", "image/png;profile=overlay"],
      ["/v1/volumes", "application/json"],
      ["/v1/volumes", "application/x-ndjson"],
      ["/v1/volumes", "text/event-stream"],
      ["/v1/volumes", "application/octet-stream"],
    ]
  ) {
    const headers = { Accept: accept };
    const response = await post(`${path}?model=second`, { headers, body: tiff }, app);
    await response.bytes();
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("x-model"), "second/2.0.0", `${path} as ${accept}`);
  }
});

Deno.test("?id= is repeated in the answer", async () => {
  const masks = new FormData();
  for (const name of ["prediction", "reference"]) {
    masks.append(name, new File([await readBytes(maskPath)], "mask.tif"));
  }
  for (const [path, body] of [["/v1/segment", tiff], ["/v1/dice", masks]] as const) {
    const response = await post(`${path}?id=patient%207`, { body }, app);
    assert.equal((await response.json() as { id: string }).id, "patient 7", path);
  }
});
