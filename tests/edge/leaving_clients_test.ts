/** A client that leaves while the file of its patient's mask is written, on a real socket. */

import assert from "node:assert/strict";
import { createDecoders } from "../../edge/decoding/decoders.ts";
import { startThread } from "../../edge/decoding/thread.ts";
import { defaultLimits } from "../../edge/limits.ts";
import { readBytes, slicePath } from "./support/files.ts";
import { createTestApp } from "./support/test_app.ts";

const stuck = new URL("./support/stuck_writer.ts", import.meta.url);
const body = await readBytes(slicePath);
/** No thread is ended because of these. */
const limits = { ...defaultLimits, maxRequests: 1, maxVolumes: 1, volumeSeconds: 3600 };

/** Waits until no request has a place; a test that waits in vain is ended by whoever runs it. */
async function untilNoneHeld(url: string): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    if (metrics.includes("\ngliomap_requests_held 0\n")) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test("POST /v1/volumes gives back the place of a client that leaves while its mask's file is written", async () => {
  const threads: ReturnType<typeof startThread>[] = [];
  const start = () => {
    threads.push(startThread(stuck));
    return threads.at(-1)!;
  };
  const decoders = createDecoders({ start, limits });
  const app = createTestApp({ limits, decoders });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, app.fetch);
  const url = `http://127.0.0.1:${server.addr.port}`;
  // The second has the place that the first had.
  for (const count of [1, 2]) {
    const client = new AbortController(), { signal } = client;
    const answer = await fetch(`${url}/v1/volumes`, { method: "POST", body, signal });
    assert.equal(answer.status, 200);
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes('"event":"slice"')) text += (await reader.read()).value;
    assert.equal(threads.at(-1)!.ended, false);
    client.abort();
    await assert.rejects(reader.read());
    await untilNoneHeld(url);
    while (!threads.at(-1)!.ended) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(threads.length, count);
  }
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(metrics, /^gliomap_rejections_total\{reason="gone"\} 2$/m);
  await server.shutdown();
});
