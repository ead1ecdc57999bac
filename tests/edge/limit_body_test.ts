import assert from "node:assert/strict";
import { Hono } from "hono";
import { limitBody } from "../../edge/limit_body.ts";

/** The status of a request whose body is limited, and whether the body was cancelled. */
async function send(start: (controller: ReadableStreamDefaultController<Uint8Array>) => void) {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({ start, cancel: () => void (cancelled = true) });
  const app = new Hono();
  app.use(limitBody({ maxBytes: 10, seconds: 0.05 }));
  app.post("/", async (c) => c.text(`${(await c.req.arrayBuffer()).byteLength}`));
  const { status } = await app.request("/", { method: "POST", body });
  return { status, cancelled };
}

Deno.test("limitBody lets a body through that is short and quick", async () => {
  const { status } = await send((controller) => {
    controller.enqueue(new Uint8Array(10));
    controller.close();
  });
  assert.equal(status, 200);
});

Deno.test("limitBody cancels a body that is too long, as no read is waiting", async () => {
  const sent = await send((controller) => controller.enqueue(new Uint8Array(11)));
  assert.deepEqual(sent, { status: 413, cancelled: true });
});

Deno.test("limitBody does not cancel a slow body, which Deno would keep for good", async () => {
  const sent = await send((controller) => controller.enqueue(new Uint8Array(3)));
  assert.deepEqual(sent, { status: 408, cancelled: false });
});
