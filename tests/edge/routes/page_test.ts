import assert from "node:assert/strict";
import { createTestApp, withoutLog } from "../support/test_app.ts";

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("GET / answers the page, under a policy that lets nothing in from outside", async () => {
  const response = await createTestApp().request("/");
  assert.equal(await response.text(), "<h1>page</h1>");
  assert.match(response.headers.get("content-type")!, /^text\/html/);
  assert.match(response.headers.get("content-security-policy")!, /default-src 'self'/);
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  // With both, WebAssembly may have threads.
  assert.equal(response.headers.get("cross-origin-opener-policy"), "same-origin");
  assert.equal(response.headers.get("cross-origin-embedder-policy"), "require-corp");
});

Deno.test("GET /assets/... answers 304 to whoever has the file", async () => {
  const app = createTestApp();
  const response = await app.request("/assets/page.js");
  assert.equal(await response.text(), "plain");
  assert.match(response.headers.get("content-type")!, /javascript/);
  const headers = { "If-None-Match": response.headers.get("etag")! };
  assert.equal((await app.request("/assets/page.js", { headers })).status, 304);
});

Deno.test("GET /assets/... sends the Brotli twin to whoever takes it", async () => {
  const app = createTestApp();
  const request = (encodings: string) =>
    app.request("/assets/page.js", { headers: { "Accept-Encoding": encodings } });
  const compressed = await request("gzip, br");
  assert.equal(compressed.headers.get("content-encoding"), "br");
  assert.match(compressed.headers.get("content-type")!, /javascript/);
  assert.equal(await compressed.text(), "compressed");
  assert.equal(compressed.headers.get("vary"), "Accept-Encoding");
  assert.equal(await (await request("gzip")).text(), "plain");
  assert.equal(await (await request("br;q=0")).text(), "plain");
});

Deno.test("GET /assets/... reads a file again after it could not be read", async () => {
  let reads = 0;
  const read = () => reads++ ? Promise.resolve(encode("there")) : Promise.reject(new Error("busy"));
  const assets = new Map([["assets/late.css", read]]);
  const app = createTestApp({ loadAssets: () => Promise.resolve(assets) });
  const [first] = await withoutLog(() => app.request("/assets/late.css"));
  assert.equal(first.status, 500);
  assert.equal(await (await app.request("/assets/late.css")).text(), "there");
});
