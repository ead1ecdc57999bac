/** A page of another origin reads why it was refused, whatever refused it. */

import assert from "node:assert/strict";
import { createAccess } from "../../../edge/access/access.ts";
import { createMemoryStore } from "../../../edge/access/limit_store.ts";
import { createToken } from "../../../edge/access/tokens.ts";
import { createDrain } from "../../../edge/drain.ts";
import { posts } from "../support/operations.ts";
import { provokedErrors } from "../support/provoked_errors.ts";
import { createTestApp, type TestAppOptions, withoutLog } from "../support/test_app.ts";

const origin = "https://example.org";

/** An app that pages of one origin may ask. */
function createOpenApp(
  options: TestAppOptions,
  rules: Partial<Parameters<typeof createAccess>[0]> = {},
) {
  const access = createAccess({
    tokens: [],
    perMinute: 0,
    origins: origin,
    store: createMemoryStore(),
    onStoreError: (error) => assert.fail(String(error)),
    ...rules,
  });
  return createTestApp({ ...options, access });
}

function draining() {
  const drain = createDrain();
  void drain.begin();
  return drain;
}

const { sha256 } = createToken();
const tokens = [{ name: "ward", sha256, perMinute: 1, perDay: 1 }];
const first = posts[0];

interface Refusal {
  readonly status: number;
  readonly method: string;
  readonly path: string;
  readonly init?: () => RequestInit;
  readonly app: () => ReturnType<typeof createTestApp>;
}

const refusals: readonly Refusal[] = [
  ...provokedErrors.map(({ status, operation: { method }, path, init, options }) => ({
    status,
    method,
    path,
    init,
    app: () => createOpenApp(options()),
  })),
  { status: 401, method: "POST", path: first, app: () => createOpenApp({}, { tokens }) },
  { status: 404, method: "GET", path: "/v1/nothing", app: () => createOpenApp({}) },
  { status: 404, method: "POST", path: "/v2/nothing", app: () => createOpenApp({}) },
  { status: 405, method: "GET", path: first, app: () => createOpenApp({}) },
  ...[...posts, "/health/ready", "/v2/health/ready", "/v1/models"].map((path) => ({
    status: 503,
    method: posts.includes(path) ? "POST" : "GET",
    path,
    app: () => createOpenApp({ drain: draining() }, { tokens }),
  })),
];

/** What a page may read beside the usual. */
function readable({ headers }: Response): Headers {
  const exposed = headers.get("access-control-expose-headers")!.toLowerCase().split(",");
  return new Headers([...headers].filter(([name]) => exposed.includes(name)));
}

/** Asserts that a page of the origin can read an answer, and what it needs to ask better or again. */
async function assertReadable(response: Response, status: number): Promise<void> {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("access-control-allow-origin"), origin);
  assert.match(response.headers.get("vary") ?? "", /\borigin\b/i);
  assert.ok(readable(response).has("x-request-id"));
  if (status === 429) assert.ok(readable(response).has("retry-after"));
  if (status === 401) assert.ok(readable(response).has("www-authenticate"));
  const { error, live, ready } = await response.json();
  assert.ok(typeof error === "string" || live === false || ready === false);
}

for (const { status, method, path, init, app } of refusals) {
  Deno.test(`a page of another origin reads why ${method} ${path} is ${status}`, async () => {
    const sent = init?.() ?? { method };
    const headers = { ...sent.headers, Origin: origin };
    const [response] = await withoutLog(() => app().request(path, { ...sent, headers }));
    await assertReadable(response, status);
  });
}

Deno.test("a page of another origin reads when to come back, over a limit and at a server's end", async () => {
  const headers = { Origin: origin }, path = "/v1/models";
  const counting = createOpenApp({}, { perMinute: 1 });
  await (await counting.request(path, { headers })).body?.cancel();
  const over = await counting.request(path, { headers });
  assert.match(readable(over).get("retry-after")!, /^\d+$/);
  await assertReadable(over, 429);
  const ending = await createOpenApp({ drain: draining() }).request(path, { headers });
  assert.equal(readable(ending).get("retry-after"), "1");
  assert.equal(ending.headers.get("connection"), "close");
  await assertReadable(ending, 503);
});

Deno.test("a server that is about to end counts against no token or address, and answers preflights", async () => {
  const drain = createDrain(), headers = { Origin: origin }, path = "/v1/models";
  const app = createOpenApp({ drain }, { perMinute: 1 });
  const preflight = () =>
    app.request(first, {
      method: "OPTIONS",
      headers: { ...headers, "Access-Control-Request-Method": "POST" },
    });
  void drain.begin();
  for (let i = 0; i < 3; i++) await assertReadable(await app.request(path, { headers }), 503);
  const { status, headers: allowed } = await preflight();
  assert.equal(status, 204);
  assert.equal(allowed.get("access-control-allow-origin"), origin);
  // A browser asks once in so many seconds, and not before each slice.
  assert.equal(allowed.get("access-control-max-age"), "600");
});

Deno.test("a page of no allowed origin reads no refusal", async () => {
  for (const options of [{}, { drain: draining() }]) {
    const headers = { Origin: "https://evil.test" };
    const response = await createOpenApp(options).request("/v1/nothing", { headers });
    assert.ok(response.status >= 400);
    await response.body?.cancel();
    assert.equal(response.headers.get("access-control-allow-origin"), null);
  }
});
