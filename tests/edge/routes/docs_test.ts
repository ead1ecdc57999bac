/** What the server answers is what /openapi.json says it answers. */

import assert from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import { encodePng, maskToPng } from "../../../shared/image/encode_png.ts";
import { check, document, fits, ownHeaders } from "../support/described_answers.ts";
import { seriesZip } from "../support/dicom_series.ts";
import { createFakeService } from "../support/fake_service.ts";
import { readBytes, slicePath } from "../support/files.ts";
import { zip } from "../support/patient_scan.ts";
import { createTestApp } from "../support/test_app.ts";

const app = createTestApp();
const tiff = await readBytes(slicePath);
const nifti = await readBytes("tests/fixtures/nifti/axes_PSR.nii.gz");
const post = (body: BodyInit, headers: Record<string, string> = {}) => ({
  method: "POST",
  body,
  headers,
});
const infer = "/v2/models/{name}/infer";
const inferVersion = "/v2/models/{name}/versions/{version}/infer";
const lengthHeader = "Inference-Header-Content-Length";
const tensor = { name: "image", datatype: "FP32", shape: [1, 3, 8, 8], data: Array(192).fill(0) };
const black = encodePng({ data: new Uint8Array(192), height: 8, width: 8, channels: 3 });
const mask = new File([maskToPng({ data: new Uint8Array(4), shape: [2, 2] })], "mask.png");

const binaryTensor = { ...tensor, data: undefined, parameters: { binary_data_size: 192 * 4 } };
const binaryJson = JSON.stringify({
  inputs: [binaryTensor],
  outputs: [{ name: "probability", parameters: { binary_data: true } }],
});
const binaryRequest = post(new Blob([binaryJson, new Uint8Array(192 * 4)]), {
  [lengthHeader]: `${binaryJson.length}`,
});

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly responses: Readonly<
    Record<number, { readonly headers: Readonly<Record<string, { readonly $ref: string }>> }>
  >;
}

interface Schema {
  readonly type: string;
  readonly minimum?: number;
}

function masks(): FormData {
  const form = new FormData();
  form.append("prediction", mask);
  form.append("reference", mask);
  return form;
}

function slices(): FormData {
  const form = new FormData();
  form.append("image", new File([tiff], "P_1.tif"));
  form.append("image", new File([tiff], "P_2.tif"));
  return form;
}

Deno.test("/openapi.json is OpenAPI 3.1", async () => {
  assert.equal(document.openapi, "3.1.0");
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors));
});

Deno.test("/openapi.json declares every part of an address that varies", () => {
  for (const [path, item] of Object.entries<Record<string, Operation>>(document.paths)) {
    for (const [method, { parameters = [] }] of Object.entries(item)) {
      const declared = parameters.filter((parameter) =>
        parameter.in === "path" && parameter.required
      )
        .map(({ name }) => `{${name}}`);
      assert.deepEqual(declared, path.match(/\{\w+\}/g) ?? [], `${method} ${path}`);
    }
  }
});

Deno.test("/openapi.json declares where the JSON of tensors ends, both ways", async () => {
  const { parameters } = document.paths[infer].post as Operation;
  const { schema } = parameters!.find(({ in: place }) => place === "header")!;
  const answered = document.components.headers[lengthHeader];
  for (const { type, minimum } of [schema, answered.schema]) {
    assert.deepEqual({ type, minimum }, { type: "integer", minimum: 0 });
  }
  const answer = await app.request("/v2/models/reference/infer", binaryRequest);
  assert.match(answer.headers.get(lengthHeader)!, /^[1-9]\d*$/);
});

const asked: readonly (readonly [string, RequestInit, string?, number?])[] = [
  ["/health/live", {}],
  ["/health/ready", {}],
  ["/health/load", {}],
  ["/v1/models", {}],
  ["/v1/segment?id=a", post(tiff)],
  ["/v1/segment", post(tiff, { Accept: "image/png" })],
  ["/v1/segment?output=mask", post(black)],
  ["/v1/segment", post("hello"), undefined, 415],
  ["/v1/segment", post(tiff.subarray(0, 900), { "Content-Type": "image/tiff" }), undefined, 400],
  ["/v1/segment?output=heat", post(tiff), undefined, 400],
  ["/v1/segment?model=none", post(tiff), undefined, 404],
  ["/v1/segment", post(tiff, { Accept: "text/html" }), undefined, 406],
  ["/v1/dice?id=b", post(masks())],
  ["/v1/dice", post("x"), undefined, 415],
  ["/v1/volumes?id=c", post(slices())],
  ["/v1/volumes", post(slices(), { Accept: "text/event-stream" })],
  ["/v1/volumes", post(slices(), { Accept: "application/json" })],
  ["/v1/volumes", post(zip, { Accept: "application/zip" })],
  ["/v1/volumes", post(nifti, { Accept: "application/gzip" })],
  ["/v1/volumes", post(seriesZip, { Accept: "application/dicom" })],
  ["/v1/volumes", post(zip, { Accept: "application/octet-stream" })],
  ["/v1/volumes", post(nifti, { Accept: "application/zip" }), undefined, 406],
  ["/v1/volumes", post("x"), undefined, 400],
  ["/v2", {}],
  ["/v2/health/live", {}],
  ["/v2/health/ready", {}],
  ["/v2/models/reference", {}, "/v2/models/{name}"],
  ["/v2/models/none", {}, "/v2/models/{name}", 404],
  ["/v2/models/reference/versions/1.0.0", {}, "/v2/models/{name}/versions/{version}"],
  ["/v2/models/reference/ready", {}, "/v2/models/{name}/ready"],
  ["/v2/models/reference/versions/1.0.0/ready", {}, "/v2/models/{name}/versions/{version}/ready"],
  ["/metrics", {}],
  ["/v2/models/reference/infer", post(JSON.stringify({ id: "d", inputs: [tensor] })), infer],
  ["/v2/models/reference/infer", binaryRequest, infer],
  ["/v2/models/reference/versions/1.0.0/infer", binaryRequest, inferVersion],
  ["/v2/models/reference/infer", post("{}"), infer, 400],
];

for (const [path, init, template, status = 200] of asked) {
  const { method = "GET", headers } = init;
  const how = [method, path, ...Object.values(headers ?? {})].join(" ");
  Deno.test(`${how} answers ${status} as /openapi.json describes it`, async () => {
    assert.equal(await check(path, init, template), status);
  });
}

Deno.test("/openapi.json describes no header of a good answer that nobody has seen", async () => {
  const seen = new Set<string>();
  for (const [path, init, template = path.split("?")[0], status] of asked) {
    if (status !== undefined) continue;
    const response = await app.request(path, init);
    await response.body?.cancel();
    for (const name of ownHeaders(response)) seen.add(`${template}: ${name}`);
  }
  const described = Object.entries<Record<string, Operation>>(document.paths).flatMap((
    [template, item],
  ) =>
    Object.values(item).flatMap(({ responses }) =>
      Object.keys(responses[200].headers).map((name) => `${template}: ${name.toLowerCase()}`)
    )
  );
  assert.deepEqual([...seen].toSorted(), described.toSorted());
});

Deno.test("GET /health/ready answers 503 as /openapi.json describes it", async () => {
  const waiting = createTestApp({ service: createFakeService({ ready: false }) });
  const answer = await (await waiting.request("/health/ready")).json();
  assert.ok(fits("Error", answer));
});

Deno.test("/openapi.json describes /v1/volumes as JSON by the result alone, with the units of its times", () => {
  const { content } = document.paths["/v1/volumes"].post.responses[200];
  const { $ref } = content["application/json"].schema;
  const { event, timings } = document.components.schemas[$ref.split("/").at(-1)].properties;
  assert.deepEqual([event.enum ?? [event.const], timings.description], [
    ["result"],
    "In milliseconds.",
  ]);
});

Deno.test("/docs tells of every path, without any script", async () => {
  const response = await app.request("/docs");
  assert.equal(response.headers.get("content-type"), "text/html; charset=UTF-8");
  const page = await response.text();
  for (const path of Object.keys(document.paths)) {
    assert.ok(page.includes(`<code>${path}</code>`), path);
  }
  for (const name of Object.keys(document.components.headers)) {
    assert.ok(page.includes(`<code>${name}</code>`), name);
  }
  assert.equal(page.match(/<code>X-Request-Id<.code> <span/g)!.length, 1);
  assert.doesNotMatch(page, /<script|\[object|undefined/);
  for (const [, link] of page.matchAll(/(?:href|src)="([^"]*)"/g)) {
    assert.equal((await app.request(`/${link.replace("./", "")}`)).status, 200, link);
  }
});
