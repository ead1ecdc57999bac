/** What the server answers is what /openapi.json says it answers. */

import assert from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020, type AnySchema } from "ajv/dist/2020.js";
import { encodePng, maskToPng } from "../../../shared/image/encode_png.ts";
import { createFakeService } from "../support/fake_service.ts";
import { readBytes, slicePath } from "../support/files.ts";
import { createTestApp } from "../support/test_app.ts";

const app = createTestApp();
const document = await (await app.request("/openapi.json")).json();

/** Refuses what the document does not name as well, so that no field goes undescribed. */
const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { binary: true } });
ajv.addSchema(closed(document) as AnySchema, "openapi");

/** Every object with the fields that are described and no others. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, closed(value)]),
  );
  if (copy.properties && copy.type === "object" && copy.additionalProperties === undefined) {
    copy.additionalProperties = false;
  }
  return copy;
}

/** Checks an answer against the schema for its path, method, status and type. */
async function check(path: string, init: RequestInit = {}, template = path.split("?")[0]) {
  const response = await app.request(path, init);
  const method = (init.method ?? "GET").toLowerCase();
  const type = response.headers.get("content-type")!.split(";")[0];
  const place = ["paths", template, method, "responses", `${response.status}`, "content", type];
  const pointer = [...place, "schema"].map((part) =>
    part.replaceAll("~", "~0").replaceAll("/", "~1")
  );
  const uri = `openapi#/${pointer.map(encodeURIComponent).join("/")}`;
  const validate = ajv.getSchema(uri);
  assert.ok(validate, `${path} answers ${response.status} ${type}, which is not described`);
  assertHeaderDescribed(document.paths[template][method].responses[response.status], response);
  const text = await response.text();
  // Of a stream, whatever of it comes: it stands in the first part, and in the last.
  if (/json$|event-stream/.test(type)) assert.match(text, /"Not for clinical use\."/, path);
  const values = type === "application/x-ndjson"
    ? text.trim().split("\n").map((line) => JSON.parse(line))
    : type === "text/event-stream"
    ? [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data))
    : type.endsWith("json")
    ? [JSON.parse(text)]
    : [text];
  for (const value of values) {
    assert.ok(validate(value), `${path}: ${JSON.stringify(validate.errors, null, 1)}`);
  }
  return response.status;
}

/** Warnings beside an answer that has no place for them. */
function assertHeaderDescribed(
  described: { readonly headers?: Readonly<Record<string, unknown>> },
  { headers }: Response,
): void {
  const name = "X-Warnings";
  if (headers.has(name)) assert.ok(described.headers?.[name], `${name} is not described`);
}

const tiff = await readBytes(slicePath);
const post = (body: BodyInit, headers: Record<string, string> = {}) => ({
  method: "POST",
  body,
  headers,
});
const infer = "/v2/models/{name}/infer";
const tensor = { name: "image", datatype: "FP32", shape: [1, 3, 8, 8], data: Array(192).fill(0) };
const black = encodePng({ data: new Uint8Array(192), height: 8, width: 8, channels: 3 });
const mask = new File([maskToPng({ data: new Uint8Array(4), shape: [2, 2] })], "mask.png");

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

for (
  const [path, init, template, status = 200] of [
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
    ["/v1/volumes", post("x"), undefined, 400],
    ["/v2", {}],
    ["/v2/health/live", {}],
    ["/v2/health/ready", {}],
    ["/v2/models/reference", {}, "/v2/models/{name}"],
    ["/v2/models/none", {}, "/v2/models/{name}", 404],
    ["/v2/models/reference/versions/1.0.0", {}, "/v2/models/{name}/versions/{version}"],
    ["/v2/models/reference/ready", {}, "/v2/models/{name}/ready"],
    ["/v2/models/reference/infer", post(JSON.stringify({ id: "d", inputs: [tensor] })), infer],
    ["/v2/models/reference/infer", post("{}"), infer, 400],
  ] as [string, RequestInit, string?, number?][]
) {
  const { method = "GET", headers } = init;
  const how = [method, path, ...Object.values(headers ?? {})].join(" ");
  Deno.test(`${how} answers ${status} as /openapi.json describes it`, async () => {
    assert.equal(await check(path, init, template), status);
  });
}

Deno.test("GET /health/ready answers 503 as /openapi.json describes it", async () => {
  const waiting = createTestApp({ service: createFakeService({ ready: false }) });
  const answer = await (await waiting.request("/health/ready")).json();
  assert.ok(ajv.validate({ $ref: "openapi#/components/schemas/Error" }, answer));
});

Deno.test("/docs tells of every path, without any script", async () => {
  const response = await app.request("/docs");
  assert.equal(response.headers.get("content-type"), "text/html; charset=UTF-8");
  const page = await response.text();
  for (const path of Object.keys(document.paths)) {
    assert.ok(page.includes(`<code>${path}</code>`), path);
  }
  assert.match(page, /<code>X-Warnings<.code>/);
  assert.doesNotMatch(page, /<script|\[object|undefined/);
  for (const [, link] of page.matchAll(/(?:href|src)="([^"]*)"/g)) {
    assert.equal((await app.request(`/${link.replace("./", "")}`)).status, 200, link);
  }
});
