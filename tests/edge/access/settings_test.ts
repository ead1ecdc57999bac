import assert from "node:assert/strict";
import { assertMayListen, isLoopback } from "../../../edge/access/loopback.ts";
import { warnWhereOpen } from "../../../edge/access/environment.ts";
import { readAccess } from "../../../edge/access/settings.ts";
import { createTestApp } from "../support/test_app.ts";

const log = { warn: assert.fail };

Deno.test("isLoopback() knows the addresses that only this machine reaches", () => {
  for (const host of ["127.0.0.1", "127.8.0.1", "::1", "localhost"]) assert.ok(isLoopback(host));
  for (const host of ["0.0.0.0", "::", "192.0.2.1", "127.0.0.1.example.org", ""]) {
    assert.ok(!isLoopback(host), host);
  }
});

Deno.test("assertMayListen() refuses others' addresses without tokens unless told", () => {
  const refused = /Cannot listen on 0\.0\.0\.0 as others reach it and no tokens are set/;
  assert.throws(() => assertMayListen("0.0.0.0", { hasTokens: false, open: false }), refused);
  assertMayListen("0.0.0.0", { hasTokens: true, open: false });
  assertMayListen("0.0.0.0", { hasTokens: false, open: true });
  assertMayListen("127.0.0.1", { hasTokens: false, open: false });
});

Deno.test("warnWhereOpen() warns of others' addresses unless there are tokens", () => {
  const warned: string[] = [];
  const warn = (message: string) => warned.push(message);
  warnWhereOpen("127.0.0.1", { warn });
  Deno.env.set("GLIOMAP_TOKENS", "[]");
  try {
    warnWhereOpen("0.0.0.0", { warn });
  } finally {
    Deno.env.delete("GLIOMAP_TOKENS");
  }
  assert.deepEqual(warned, []);
  warnWhereOpen("0.0.0.0", { warn });
  assert.deepEqual(warned, [
    "Everyone who reaches 0.0.0.0 may ask for anything as no tokens are set: " +
    "give GLIOMAP_TOKENS, or listen on 127.0.0.1",
  ]);
});

Deno.test("readAccess() limits addresses beyond loopback by default, and nobody on it", async () => {
  for (const [host, expected] of [["127.0.0.1", 200], ["0.0.0.0", 429]] as const) {
    const app = createTestApp({ access: await readAccess({ host, open: true }, log) });
    let last = 0;
    for (let i = 0; i < 601; i++) {
      const response = await app.request("/v1/models", {}, {
        remoteAddr: { hostname: "192.0.2.1" },
      });
      await response.body?.cancel();
      last = response.status;
    }
    assert.equal(last, expected, host);
  }
});

Deno.test("readAccess() says that the file of tokens is missing", async () => {
  const host = "127.0.0.1";
  await assert.rejects(
    readAccess({ host, tokens: "no/such.json" }, log),
    /Cannot read the tokens: /,
  );
});

Deno.test("createApp() isolates the page, so that it may have threads", async () => {
  const response = await createTestApp().request("/");
  await response.body?.cancel();
  assert.equal(response.headers.get("cross-origin-opener-policy"), "same-origin");
  assert.equal(response.headers.get("cross-origin-embedder-policy"), "require-corp");
  assert.match(response.headers.get("content-security-policy")!, /default-src 'self'/);
});

Deno.test("createApp() sends security headers with every answer, the API's and errors too", async () => {
  const app = createTestApp();
  for (const path of ["/", "/v1/models", "/health/live", "/metrics", "/nothing"]) {
    const response = await app.request(path);
    await response.body?.cancel();
    for (
      const [name, value] of [
        ["x-content-type-options", "nosniff"],
        ["x-frame-options", "SAMEORIGIN"],
        ["referrer-policy", "no-referrer"],
        ["cross-origin-resource-policy", "same-origin"],
      ]
    ) {
      assert.equal(response.headers.get(name), value, `${path}: ${name}`);
    }
    assert.match(response.headers.get("content-security-policy")!, /frame-ancestors 'none'/);
  }
});
