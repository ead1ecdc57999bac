import assert from "node:assert/strict";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { wholeRefusals } from "../../edge/whole_refusals.ts";
import { createTestApp } from "./support/test_app.ts";

/** How the answer to a request goes over a socket: its length, where it is known, and its text. */
async function ask(
  app: { readonly fetch: (request: Request) => Response | Promise<Response> },
  path: string,
  init?: RequestInit,
) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, app.fetch);
  const response = await fetch(`http://127.0.0.1:${server.addr.port}${path}`, init);
  const { status, headers } = response, text = await response.text();
  await server.shutdown();
  return { status, length: headers.get("content-length"), header: headers.get("x-after"), text };
}

Deno.test("wholeRefusals sends a refusal in one piece, though a header was added to it", async () => {
  const app = new Hono();
  app.use(wholeRefusals());
  app.use(async (c, next) => {
    await next();
    c.header("X-After", "1");
  });
  app.get("/", () => {
    throw new HTTPException(418, { message: "short" });
  });
  const whole = { status: 418, length: "5", header: "1", text: "short" };
  assert.deepEqual(await ask(app, "/"), whole);
});

Deno.test("the API's refusals go over the socket in one piece", async () => {
  const { status, length, text } = await ask(createTestApp(), "/v1/segment", {
    method: "POST",
    body: "hello",
  });
  assert.equal(status, 415);
  assert.equal(length, String(new TextEncoder().encode(text).length));
});
