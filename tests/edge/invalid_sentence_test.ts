/** What the real routes say of every kind of value that their schemas refuse. */

import assert from "node:assert/strict";
import { createTestApp, errorOf, post } from "./support/test_app.ts";

const app = createTestApp();
const long = "x".repeat(257);
const image = { name: "image", datatype: "FP32", shape: [1, 3, 8, 8], data: [0] };
const withShape = (axis: unknown) => ({ inputs: [{ ...image, shape: [axis] }] });
const types = "of type string or of type number or of type boolean";

for (
  const [path, name, expected, found] of [
    ["/v1/segment", "id", "at most 256 characters long", long],
    ["/v1/volumes", "id", "at most 256 characters long", long],
    ["/v1/dice", "id", "at most 256 characters long", long],
    ["/v1/segment", "output", "one of json, mask, overlay", "heat"],
    ["/v1/volumes", "output", "one of ndjson, sse, json, mask", "heat"],
  ]
) {
  Deno.test(`POST ${path} says what its ${name} must be`, async () => {
    const response = await post(`${path}?${name}=${found}`, { body: "x" }, app);
    assert.equal(response.status, 400);
    const told = `Cannot use ${name} as it must be ${expected}: current value is "`;
    const error = await errorOf(response);
    assert.ok(error.startsWith(told), error);
  });
}

Deno.test("POST /v1/dice takes an id of 256 characters", async () => {
  const response = await post(`/v1/dice?id=${long.slice(1)}`, { body: "x" }, app);
  assert.match(await errorOf(response), /form/);
});

for (
  const [request, told] of [
    [null, "the request as it must be of type object: current value is null"],
    [{}, "inputs as it must be of type array: current value is undefined"],
    [{ inputs: [] }, "inputs as it must be at least 1 entry long: current value is []"],
    [{ inputs: [3] }, "inputs.0 as it must be of type object: current value is 3"],
    [withShape(-1), "inputs.0.shape.0 as it must be at least 0: current value is -1"],
    [withShape(1.5), "inputs.0.shape.0 as it must be of type int: current value is 1.5"],
    [
      withShape(1e300),
      "inputs.0.shape.0 as it must be at most 9007199254740991: current value is 1e+300",
    ],
    [
      { inputs: [image], parameters: [] },
      "parameters as it must be of type object: current value is []",
    ],
    [
      { inputs: [image], parameters: { a: null } },
      `parameters.a as it must be ${types}: current value is null`,
    ],
  ] as [unknown, string][]
) {
  const body = JSON.stringify(request);
  Deno.test(`POST /v2/models/reference/infer says what is wrong with ${body}`, async () => {
    const response = await post("/v2/models/reference/infer", { body }, app);
    assert.equal(response.status, 400);
    assert.equal(await errorOf(response), `Cannot use ${told}`);
  });
}
