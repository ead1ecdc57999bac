import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import type { InferAnswer, ModelMetadata } from "../../../edge/open_inference/schema.ts";
import { createFakeService } from "../support/fake_service.ts";
import { createTestApp, errorOf, post } from "../support/test_app.ts";

const infer = "/v2/models/reference/infer";
const app = createTestApp();
const values = Array.from({ length: 3 * 8 * 8 }, (_, index) => index / 192);
const image = { name: "image", datatype: "FP32", shape: [1, 3, 8, 8], data: values };

function json(body: unknown): string {
  return JSON.stringify(body);
}

/** A request whose tensor follows its JSON. */
function binary(tensor: Float32Array, changes: Record<string, unknown> = {}) {
  const { data: _, ...input } = image;
  const parameters = { binary_data_size: tensor.byteLength };
  const header = new TextEncoder().encode(
    json({
      inputs: [{ ...input, parameters }],
      parameters: { binary_data_output: true },
      ...changes,
    }),
  );
  const body = new Uint8Array([...header, ...new Uint8Array(tensor.buffer)]);
  return { body, headers: { "Inference-Header-Content-Length": `${header.length}` } };
}

/** A tensor that lacks its last byte, and says so. */
function oddBytes() {
  const input = { ...image, data: undefined, parameters: { binary_data_size: 767 } };
  const { body, headers } = binary(new Float32Array(192), { inputs: [input] });
  return { body: body.slice(0, -1), headers };
}

Deno.test("GET /v2 says what the server is and which extensions it has", async () => {
  const answer = await (await app.request("/v2")).json();
  assert.equal(answer.name, "gliomap");
  assert.deepEqual(answer.extensions, ["binary_tensor_data"]);
  assert.equal(answer.parameters.notice, "Not for clinical use.");
});

for (const version of ["", "/versions/1.0.0"]) {
  Deno.test(`GET /v2/models/reference${version} says what the tensors are`, async () => {
    const response = await app.request(`/v2/models/reference${version}`);
    const metadata = await response.json() as ModelMetadata;
    assert.deepEqual(metadata.versions, ["1.0.0"]);
    assert.deepEqual(metadata.inputs, [
      { name: "image", datatype: "FP32", shape: [-1, 3, -1, -1] },
    ]);
    assert.deepEqual(metadata.outputs[0].shape, [-1, 1, -1, -1]);
    assert.deepEqual(JSON.parse(`${metadata.parameters.scaling}`), {
      method: "percentile",
      low: 10,
      high: 99,
    });
    const ready = await app.request(`/v2/models/reference${version}/ready`);
    assert.equal(ready.status, 200);
    const { parameters, ...said } = await ready.json();
    assert.deepEqual(said, { name: "reference", version: "1.0.0", ready: true });
    assert.equal(parameters.notice, "Not for clinical use.");
  });
}

/** The same numbers as arrays in arrays, by the shape. */
const nested = [
  [0, 1, 2].map((channel) =>
    Array.from({ length: 8 }, (_, row) => values.slice(64 * channel + 8 * row).slice(0, 8))
  ),
];

for (const [how, numbers] of [["flat", values], ["nested", nested]] as const) {
  Deno.test(`POST ${infer} takes ${how} JSON and answers JSON with the request's id`, async () => {
    let seen: Float32Array | undefined;
    const run = (input: Float32Array) => {
      seen = input;
      return Promise.resolve(new Float32Array(64).fill(0.75));
    };
    const app = createTestApp({ service: createFakeService({ run }) });
    const inputs = [{ ...image, data: numbers }];
    const response = await post(infer, { body: json({ id: "a1", inputs }) }, app);
    const answer = await response.json() as InferAnswer;
    assert.equal(answer.id, "a1");
    assert.deepEqual([answer.model_name, answer.model_version], ["reference", "1.0.0"]);
    const [{ name, shape, data }] = answer.outputs;
    assert.deepEqual([name, shape], ["probability", [1, 1, 8, 8]]);
    assert.deepEqual(data, Array(64).fill(0.75));
    assert.deepEqual(seen, Float32Array.from(values));
  });
}

Deno.test(`POST ${infer} takes and gives bytes after the JSON`, async () => {
  const response = await post(infer, binary(Float32Array.from(values)), app);
  const length = Number(response.headers.get("inference-header-content-length"));
  const body = await response.bytes();
  const answer = JSON.parse(new TextDecoder().decode(body.subarray(0, length))) as InferAnswer;
  assert.equal(answer.outputs[0].parameters?.binary_data_size, 4 * 64);
  assert.deepEqual(new Float32Array(body.slice(length).buffer), new Float32Array(64).fill(0.75));
});

const black = [0, 1, 2].flatMap(() => Array(64).fill(0));
const constant = ["pre-contrast", "FLAIR", "post-contrast"].map((name) =>
  `${name} is constant: it shows nothing.`
);

for (
  const [what, images, data, warnings] of [
    ["says nothing against a tensor", 1, values, undefined],
    ["warns of a tensor that is black", 1, black, constant],
    ["warns of what is black in some of its images", 3, [...values, ...black, ...values], [
      "pre-contrast is constant in 1 of 3 images: it shows nothing there.",
      "FLAIR is constant in 1 of 3 images: it shows nothing there.",
      "post-contrast is constant in 1 of 3 images: it shows nothing there.",
    ]],
    ["warns of a channel that is gray", 1, values.with(0, 0).fill(0.3, 64, 128), [constant[1]]],
    ["warns of a tensor that is not scaled", 1, values.map((value) => Math.round(255 * value)), [
      "image has values from 0 to 254, scaled ones lie from 0 to 1.",
    ]],
  ] as [string, number, number[], string[] | undefined][]
) {
  Deno.test(`POST ${infer} ${what}, as scaled for its card, in JSON and before bytes`, async () => {
    const shape = [images, 3, 8, 8], told: unknown[] = [];
    const inputs = [{ ...image, shape, data }];
    for (const binary_data_output of [false, true]) {
      const body = json({ inputs, parameters: { binary_data_output } });
      const response = await post(infer, { body }, app);
      const length = response.headers.get("inference-header-content-length") ?? Infinity;
      const bytes = (await response.bytes()).subarray(0, Number(length));
      const { parameters } = JSON.parse(new TextDecoder().decode(bytes)) as InferAnswer;
      assert.equal(parameters.notice, "Not for clinical use.");
      told.push(parameters.warnings && JSON.parse(`${parameters.warnings}`));
    }
    assert.deepEqual(told, [warnings, warnings]);
  });
}

Deno.test(`POST ${infer} gives bytes to whoever sent JSON and asks for them`, async () => {
  const outputs = [{ name: "probability", parameters: { binary_data: true } }];
  const response = await post(infer, { body: json({ inputs: [image], outputs }) }, app);
  assert.equal(response.headers.get("content-type"), "application/octet-stream");
  await response.body?.cancel();
});

Deno.test(`POST ${infer} inflates a body`, async () => {
  const { body, headers } = binary(Float32Array.from(values));
  const encoded = { ...headers, "Content-Encoding": "gzip" };
  const response = await post(infer, { body: gzipSync(body), headers: encoded }, app);
  assert.equal(response.status, 200);
  await response.body?.cancel();
});

Deno.test(`POST ${infer} refuses a small body that inflates to more than the limit`, async () => {
  const small = createTestApp({ limits: { maxBodyBytes: 10_000 } });
  const headers = { "Content-Encoding": "gzip" };
  const response = await post(infer, { body: gzipSync(new Uint8Array(1e6)), headers }, small);
  assert.equal(response.status, 413);
  assert.match(await errorOf(response), /at most 10000 bytes/);
});

for (
  const [what, status, init, message] of [
    ["no JSON", 400, { body: "{" }, /must be JSON/],
    ["JSON without inputs", 400, { body: json({}) }, /inputs as it must be of type array/],
    ["another input", 400, { body: json({ inputs: [{ ...image, name: "x" }] }) }, /must be image/],
    ["two inputs", 400, { body: json({ inputs: [image, image] }) }, /must be image/],
    ["another type", 400, { body: json({ inputs: [{ ...image, datatype: "INT8" }] }) }, /FP32/],
    [
      "another output",
      400,
      { body: json({ inputs: [image], outputs: [{ name: "x" }] }) },
      /must be/,
    ],
    ["text for numbers", 400, {
      body: json({ inputs: [{ ...image, data: values.map(String) }] }),
    }, /numbers alone/],
    ["too few numbers", 400, { body: json({ inputs: [{ ...image, data: [1] }] }) }, /192 values/],
    ["a size the network cannot halve", 400, {
      body: json({ inputs: [{ ...image, shape: [1, 3, 64, 1] }] }),
    }, /multiples of 8: current value is \[1, 3, 64, 1\]/],
    [
      "a number that is none",
      400,
      binary(new Float32Array(192).with(100, NaN)),
      /finite numbers alone: current value is NaN/,
    ],
    ["a number beyond all", 400, {
      body: json({ inputs: [image] }).replace(/"data":\[[^,]*/, '"data":[1e999'),
    }, /finite numbers alone: current value is Infinity/],
    ["a negative size", 400, {
      body: json({ inputs: [{ ...image, shape: [1, -3, 8, 8] }] }),
    }, /shape/],
    ["a size of zero", 400, {
      body: json({ inputs: [{ ...image, shape: [1, 3, 0, 8], data: [] }] }),
    }, /shape/],
    ["fewer bytes than it says", 400, binary(new Float32Array(191)), /asks for 192 values/],
    ["bytes that are no whole numbers", 400, oddBytes(), /must be 767, .*whole numbers of 4 bytes/],
    ["a header longer than the body", 400, {
      body: "{}",
      headers: { "Inference-Header-Content-Length": "3" },
    }, /at most the body's 2 bytes: current value is "3"/],
    ["another encoding", 415, { body: "x", headers: { "Content-Encoding": "br" } }, /gzip or def/],
    ["a body that does not inflate", 400, {
      body: "x",
      headers: { "Content-Encoding": "gzip" },
    }, /Cannot inflate/],
  ] as const
) {
  Deno.test(`POST ${infer} answers ${what} with ${status}`, async () => {
    const response = await post(infer, init, app);
    assert.equal(response.status, status);
    assert.match(await errorOf(response), message);
  });
}

Deno.test(`POST ${infer} refuses more pixels than the limit, of all images together`, async () => {
  const two = { ...image, shape: [2, 3, 8, 8], data: [...values, ...values] };
  for (const [maxPixels, input] of [[63, image], [127, two]] as const) {
    const small = createTestApp({ limits: { maxPixels } });
    const response = await post(infer, { body: json({ inputs: [input] }) }, small);
    assert.equal(response.status, 413);
    assert.match(await errorOf(response), new RegExp(`at most ${maxPixels} pixels`));
  }
  const enough = createTestApp({ limits: { maxPixels: 128 } });
  assert.equal((await post(infer, { body: json({ inputs: [two] }) }, enough)).status, 200);
});

for (
  const path of ["/v2/models/third", "/v2/models/reference/versions/9", "/v2/models/third/ready"]
) {
  Deno.test(`GET ${path} is 404`, async () => {
    const response = await app.request(path);
    assert.equal(response.status, 404);
    assert.match((await response.json()).error, /must be/);
  });
}
