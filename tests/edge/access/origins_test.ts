/** What a page of another origin may send, and read of the answer. */

import assert from "node:assert/strict";
import { createAccess } from "../../../edge/access/access.ts";
import { createMemoryStore } from "../../../edge/access/limit_store.ts";
import { zip } from "../support/patient_scan.ts";
import { createTestApp } from "../support/test_app.ts";

const origin = "https://example.org";
const infer = "/v2/models/reference/infer";

interface Operation {
  readonly parameters?: { readonly in: string; readonly name: string }[];
}

/** An app that pages of one origin may ask, with a token where there are any. */
function createOpenApp(tokens: Parameters<typeof createAccess>[0]["tokens"] = []) {
  const store = createMemoryStore(), onStoreError = () => assert.fail();
  const rules = { tokens, perMinute: 0, origins: origin, store, onStoreError };
  return createTestApp({ access: createAccess(rules) });
}

/** The names in a header that lists such, in small letters. */
function listed(response: Response, name: string): string[] {
  return (response.headers.get(name) ?? "").toLowerCase().split(",").map((part) => part.trim());
}

/** What a browser asks before it sends these headers. */
async function preflight(
  path: string,
  requestHeaders: string,
  Origin = origin,
  app = createOpenApp(),
) {
  const headers = {
    Origin,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": requestHeaders,
  };
  const response = await app.request(path, { method: "OPTIONS", headers });
  await response.body?.cancel();
  return response;
}

/** The answer to a page of the origin: its body, and the headers that the page may read beyond the usual. */
async function askFromPage(path: string, init: RequestInit) {
  const headers = { Origin: origin, ...init.headers };
  const response = await createOpenApp().request(path, { method: "POST", ...init, headers });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("access-control-allow-origin"), origin);
  const exposed = new Set(listed(response, "access-control-expose-headers"));
  const readable = new Headers([...response.headers].filter(([name]) => exposed.has(name)));
  return { readable, body: await response.bytes() };
}

Deno.test("createAccess() answers a preflight without a token, and only for its origins", async () => {
  const app = createOpenApp([{
    name: "ward",
    sha256: "0".repeat(64),
    perMinute: 1,
    perDay: 1,
  }]);
  const asked = "authorization,content-type";
  const allowed = await preflight("/v1/segment", asked, origin, app);
  assert.equal(allowed.status, 204);
  assert.equal(allowed.headers.get("access-control-allow-origin"), origin);
  assert.ok(listed(allowed, "access-control-allow-headers").includes("authorization"));
  assert.ok(listed(allowed, "access-control-allow-methods").includes("post"));
  for (const foreign of ["https://evil.test", `${origin}.evil.test`]) {
    const refused = await preflight("/v1/segment", asked, foreign, app);
    assert.equal(refused.headers.get("access-control-allow-origin"), null, foreign);
  }
});

Deno.test("createApp() lets no other origin read answers unless told", async () => {
  const response = await createTestApp().request("/v1/models", { headers: { Origin: origin } });
  await response.body?.cancel();
  assert.equal(response.headers.get("access-control-allow-origin"), null);
});

Deno.test("createAccess() lets pages of its origins send all headers that the API reads", async () => {
  const read = [
    "accept",
    "authorization",
    "content-encoding",
    "content-type",
    "inference-header-content-length",
    "x-request-id",
  ];
  const allowed = listed(await preflight(infer, read.join()), "access-control-allow-headers");
  assert.deepEqual(allowed.toSorted(), read);
});

Deno.test("a page of another origin sends and reads binary tensors", async () => {
  const name = "Inference-Header-Content-Length";
  const values = new Float32Array(3 * 8 * 8).fill(0.5);
  const json = JSON.stringify({
    inputs: [{
      name: "image",
      datatype: "FP32",
      shape: [1, 3, 8, 8],
      parameters: { binary_data_size: values.byteLength },
    }],
    parameters: { binary_data_output: true },
  });
  const headers = { [name]: `${json.length}` };
  const { readable, body } = await askFromPage(infer, { headers, body: new Blob([json, values]) });
  const { outputs } = JSON.parse(
    new TextDecoder().decode(body.subarray(0, Number(readable.get(name)))),
  );
  const [{ parameters: { binary_data_size } }] = outputs;
  assert.equal(binary_data_size, 4 * 8 * 8);
  assert.equal(body.length, Number(readable.get(name)) + binary_data_size);
});

Deno.test("a page of another origin reads the name of a mask's file, its model and its request's id", async () => {
  const headers = { Accept: "application/zip", "X-Request-Id": "mine-1" };
  const { readable } = await askFromPage("/v1/volumes", { headers, body: zip });
  assert.match(readable.get("content-disposition")!, /_mask\.zip$/);
  assert.equal(readable.get("x-model"), "reference/1.0.0");
  assert.equal(readable.get("x-request-id"), "mine-1");
});

Deno.test("a page of another origin sends and reads every header that /openapi.json describes", async () => {
  const response = await createOpenApp().request("/openapi.json", { headers: { Origin: origin } });
  const { components, paths } = await response.json();
  const exposed = listed(response, "access-control-expose-headers");
  assert.deepEqual(exposed, Object.keys(components.headers).map((name) => name.toLowerCase()));
  const asked = Object.values<Record<string, Operation>>(paths)
    .flatMap((item) => Object.values(item).flatMap(({ parameters = [] }) => parameters));
  const sent = asked.filter((parameter) => parameter.in === "header").map(({ name }) => name);
  assert.ok(sent.length > 0);
  const allowed = listed(await preflight(infer, sent.join()), "access-control-allow-headers");
  for (const name of sent) assert.ok(allowed.includes(name.toLowerCase()), name);
});
