/** Answers, held to what /openapi.json says of them. */

import assert from "node:assert/strict";
import { Ajv2020, type AnySchema, type ValidateFunction } from "ajv/dist/2020.js";
import { createTestApp } from "./test_app.ts";

/** The description of the API. */
export const document = await (await createTestApp().request("/openapi.json")).json();

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

/** Checks an answer of an app against the schema for its path, method, status and type. */
export async function check(
  path: string,
  init: RequestInit = {},
  template = path.split("?")[0],
  app = createTestApp(),
): Promise<number> {
  const response = await app.request(path, init);
  const method = (init.method ?? "GET").toLowerCase();
  const type = response.headers.get("content-type")!.split(";")[0];
  const validate = validatorOf(
    ["paths", template, method, "responses", `${response.status}`],
    type,
  );
  assert.ok(validate, `${path} answers ${response.status} ${type}, which is not described`);
  assertHeadersDescribed(document.paths[template][method].responses[response.status], response);
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

/** What HTTP, or a browser's safety, wants of answers, whatever they answer. */
const generalHeaders = new Set([
  "cache-control",
  "connection",
  "content-security-policy",
  "content-type",
  "cross-origin-embedder-policy",
  "cross-origin-opener-policy",
  "cross-origin-resource-policy",
  "origin-agent-cluster",
  "referrer-policy",
  "strict-transport-security",
  "vary",
  "x-content-type-options",
  "x-dns-prefetch-control",
  "x-download-options",
  "x-frame-options",
  "x-permitted-cross-domain-policies",
  "x-xss-protection",
]);

/** The names of an answer's headers that are the API's own, in small letters. */
export function ownHeaders({ headers }: Response): string[] {
  return [...headers.keys()].filter((name) => !generalHeaders.has(name));
}

/** No header but what is described, each as its schema says, and those that are promised. */
function assertHeadersDescribed(
  { headers: described = {} }: { readonly headers?: Readonly<Record<string, unknown>> },
  response: Response,
): void {
  const names = Object.keys(described), known = new Set(names.map((name) => name.toLowerCase()));
  assert.deepEqual(ownHeaders(response).filter((name) => !known.has(name)), [], "not described");
  for (const name of names) {
    const { required, schema } = document.components.headers[name];
    const text = response.headers.get(name);
    assert.ok(text !== null || !required, `${name} is promised and does not come`);
    const value = schema.type === "integer" ? Number(text) : text;
    const fits = text === null || ajv.validate(schema, value);
    assert.ok(fits, `${name}: ${text} is not as described`);
  }
}

function validatorOf(response: string[], type: string): ValidateFunction | undefined {
  const pointer = [...response, "content", type, "schema"].map((part) =>
    part.replaceAll("~", "~0").replaceAll("/", "~1")
  );
  return ajv.getSchema(`openapi#/${pointer.map(encodeURIComponent).join("/")}`);
}

/** Whether a value is as a schema of the document says. */
export function fits(name: string, value: unknown): boolean {
  return ajv.validate({ $ref: `openapi#/components/schemas/${name}` }, value) as boolean;
}
