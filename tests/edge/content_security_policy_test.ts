import assert from "node:assert/strict";
import { withPolicy } from "../../edge/content_security_policy.ts";
import { readBytes } from "./support/files.ts";
import { createTestApp } from "./support/test_app.ts";

Deno.test("withPolicy() says in the page what the server's header says, but for what only a header can", async () => {
  const html = withPolicy(new TextDecoder().decode(await readBytes("edge/web/index.html")));
  const found = html.matchAll(/<meta http-equiv="Content-Security-Policy" content="([^"]*)">/g);
  const [[, inPage], ...others] = [...found];
  assert.deepEqual(others, []);
  const response = await createTestApp().request("/");
  await response.body?.cancel();
  const inHeader = response.headers.get("content-security-policy")!.split("; ");
  assert.deepEqual([...inPage.split("; "), "frame-ancestors 'none'"].sort(), inHeader.sort());
});

Deno.test("withPolicy() refuses a page without a place for it", () => {
  assert.throws(() => withPolicy("<html></html>"), {
    name: "TypeError",
    message: /must have <!--/,
  });
});
