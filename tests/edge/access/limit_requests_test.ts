import assert from "node:assert/strict";
import { createMemoryStore } from "../../../edge/access/limit_store.ts";
import { createToken, parseTokens } from "../../../edge/access/tokens.ts";
import { createGuardedApp } from "./support.ts";

const { token, sha256 } = createToken();
const other = createToken();
const tokens = parseTokens(JSON.stringify([
  { name: "ward", sha256, perMinute: 2, perDay: 3 },
  { name: "lab", sha256: other.sha256 },
]));
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

async function statusOf(answer: Response | Promise<Response>): Promise<number> {
  const response = await answer;
  await response.body?.cancel();
  return response.status;
}

Deno.test("limitRequests() answers 401 without a token, with a wrong one, or its hash", async () => {
  const ask = createGuardedApp({ tokens });
  for (const headers of [{}, bearer("wrong"), bearer(sha256), { Authorization: token }]) {
    const response = await ask("/v1/models", headers as Record<string, string>);
    assert.equal(response.status, 401);
    assert.equal(response.headers.get("www-authenticate"), "Bearer");
    const { error } = await response.json() as { error: string };
    assert.match(error, /^Cannot take the request as its Authorization must be/);
    assert.ok(response.headers.get("x-request-id"));
  }
  assert.equal(await statusOf(ask("/v1/models", bearer(token))), 200);
});

Deno.test("limitRequests() guards the API and not the page and its health", async () => {
  const ask = createGuardedApp({ tokens });
  for (const path of ["/", "/health/live", "/v2/health/live"]) {
    assert.equal(await statusOf(ask(path)), 200, path);
  }
  for (const path of ["/v1/segment", "/v1/nowhere", "/v2", "/v2/models/reference", "/metrics"]) {
    assert.equal(await statusOf(ask(path)), 401, path);
  }
});

Deno.test("limitRequests() cannot be passed by another spelling of a path", async () => {
  const ask = createGuardedApp({ tokens });
  for (
    const path of ["//v1/models", "/%76%31/models", "/V1/models", "/./v1/models", "/x/../v1/models"]
  ) {
    assert.ok([401, 404].includes(await statusOf(ask(path))), path);
  }
});

Deno.test("limitRequests() counts each token by itself, in a minute and a day", async () => {
  let now = 0;
  const ask = createGuardedApp({ tokens, store: createMemoryStore(() => now) });
  const askAs = (token: string) => ask("/v1/models", bearer(token));
  assert.equal(await statusOf(askAs(token)), 200);
  assert.equal(await statusOf(askAs(token)), 200);
  now = 15_000;
  const over = await askAs(token);
  assert.equal(over.status, 429);
  assert.equal(over.headers.get("retry-after"), "45");
  assert.match((await over.json() as { error: string }).error, /in a minute must be at most 2/);
  assert.equal(await statusOf(askAs(other.token)), 200);
  now = 61_000;
  assert.equal(await statusOf(askAs(token)), 200);
  const tired = await askAs(token);
  assert.equal(tired.status, 429);
  assert.match((await tired.json() as { error: string }).error, /in a day must be at most 3/);
  now = 24 * 3_600_000 + 1;
  assert.equal(await statusOf(askAs(token)), 200);
});

Deno.test("limitRequests() bounds an address, and guesses of tokens with it", async () => {
  const ask = createGuardedApp({ tokens, perMinute: 2 });
  assert.equal(await statusOf(ask("/v1/models", bearer("guess 1"))), 401);
  assert.equal(await statusOf(ask("/v1/models", bearer("guess 2"))), 401);
  assert.equal(await statusOf(ask("/v1/models", bearer(token))), 429);
  assert.equal(await statusOf(ask("/v1/models", bearer(token), "192.0.2.2")), 200);
});

Deno.test("limitRequests() believes X-Forwarded-For of trusted proxies alone", async () => {
  const ask = createGuardedApp({ perMinute: 1, trustedProxies: ["10.0.0.1"] });
  const from = (client: string, connection: string) =>
    statusOf(ask("/v1/models", { "X-Forwarded-For": client }, connection));
  assert.equal(await from("192.0.2.1", "10.0.0.1"), 200);
  assert.equal(await from("192.0.2.2", "10.0.0.1"), 200);
  assert.equal(await from("6.6.6.6, 192.0.2.1", "10.0.0.1"), 429);
  assert.equal(await from("1.1.1.1", "192.0.2.9"), 200);
  assert.equal(await from("1.1.1.2", "192.0.2.9"), 429);
});

Deno.test("limitRequests() knows IPv4 addresses on a socket for both kinds, a trusted proxy's too", async () => {
  const ask = createGuardedApp({ perMinute: 1, trustedProxies: ["10.0.0.1"] });
  const from = (client: string, connection: string) =>
    statusOf(ask("/v1/models", { "X-Forwarded-For": client }, connection));
  assert.equal(await from("192.0.2.1", "::ffff:10.0.0.1"), 200);
  assert.equal(await from("192.0.2.2", "::ffff:10.0.0.1"), 200);
  assert.equal(await from("192.0.2.2", "10.0.0.1"), 429);
  assert.equal(await from("", "::ffff:192.0.2.1"), 429);
});

Deno.test("limitRequests() bounds a network of IPv6, whose addresses one stranger has", async () => {
  const ask = createGuardedApp({ perMinute: 1 });
  const from = (connection: string) => statusOf(ask("/v1/models", {}, connection));
  assert.equal(await from("2001:db8:0:1::1"), 200);
  assert.equal(await from("2001:DB8::1:ffff:0:0:2"), 429);
  assert.equal(await from("2001:db8:0:2::1"), 200);
  assert.equal(await from("::1"), 200);
  assert.equal(await from("fe80::1%eth0"), 200);
  assert.equal(await from("fe80::2%eth0"), 429);
});

Deno.test("limitRequests() lets requests in while the store is away, and says so", async () => {
  const errors: unknown[] = [];
  const store = { add: () => Promise.reject(new Error("away")) };
  const ask = createGuardedApp({ tokens, store, onStoreError: (error) => errors.push(error) });
  assert.equal(await statusOf(ask("/v1/models", bearer(token))), 200);
  assert.equal(await statusOf(ask("/v1/models")), 401);
  assert.equal(errors.length, 2);
});

Deno.test("createMemoryStore() forgets the oldest beyond its bound", async () => {
  const store = createMemoryStore(() => 0, 2);
  for (const key of ["a", "b", "c"]) await store.add(key, 1000);
  assert.equal((await store.add("c", 1000)).count, 2);
  assert.equal((await store.add("a", 1000)).count, 1);
});

for (
  const [text, message] of [
    ["{", /must be JSON/],
    ["[]", /a list of at least one/],
    [`[{"name": "", "sha256": ""}]`, /name must be a text in entry 1/],
    [`[{"name": "a", "sha256": "${token}"}]`, /sha256 must be 64 hexadecimal digits in entry 1/],
    [`[{"name": "a", "sha256": "${sha256}", "perDay": 0}]`, /perDay must be a whole number/],
    [JSON.stringify([{ name: "a", sha256 }, { name: "a", sha256 }]), /a name of its own/],
  ] as [string, RegExp][]
) {
  Deno.test(`parseTokens() refuses what is no file of tokens: ${message.source}`, () => {
    assert.throws(() => parseTokens(text), (error: Error) => {
      assert.match(error.message, message);
      assert.ok(!error.message.includes(token), "the token is told");
      return true;
    });
  });
}
