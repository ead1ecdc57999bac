/** How the client reads a stream of events, however it comes and ends. */

import assert from "node:assert/strict";
import { ApiError, createClient } from "../../edge/client.ts";

const scan = new Blob([new Uint8Array(4)]);
const slice = { event: "slice", index: 0, areaPixels: 5, done: 1, total: 1 };
const result = {
  event: "result",
  largestSlice: 0,
  mask: { name: "scan_mask.nii.gz", type: "application/gzip", base64: btoa("mask") },
};

/** A client whose server answers with these parts, and whether it has stopped listening. */
function clientOf(parts: readonly string[], { endless = false } = {}) {
  let left = false;
  const bytes = parts.map((part) => new TextEncoder().encode(part));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = bytes.shift();
      if (part) controller.enqueue(part);
      else if (!endless) controller.close();
    },
    cancel: () => void (left = true),
  });
  const fetch = () => Promise.resolve(new Response(body));
  return { client: createClient("http://127.0.0.1", { fetch }), hasLeft: () => left };
}

Deno.test("createClient() reads events that come in pieces, and a last one without an end of line", async () => {
  const text = `${JSON.stringify(slice)}\n${JSON.stringify(result)}`, told: unknown[] = [];
  const { client } = clientOf(text.match(/[^]{1,7}/g)!);
  const { mask } = await client.segmentVolume(scan, { onProgress: (one) => told.push(one) });
  assert.deepEqual(told, [{ index: 0, areaPixels: 5, done: 1, total: 1 }]);
  assert.deepEqual([mask.name, await mask.text()], ["scan_mask.nii.gz", "mask"]);
});

Deno.test("createClient() says that an answer ended before its result", async () => {
  const { client } = clientOf([`${JSON.stringify(slice)}\n`]);
  const refused = { name: "ApiError", status: 502, message: /ended before its result/ };
  await assert.rejects(client.segmentVolume(scan), refused);
});

for (
  const [what, last] of [
    ["an error", { event: "error", status: 504, error: "too long" }],
    ["the result", result],
  ] as const
) {
  Deno.test(`createClient() listens no longer than to ${what}`, async () => {
    const { client, hasLeft } = clientOf([`${JSON.stringify(last)}\n`], { endless: true });
    const answer = await client.segmentVolume(scan).catch((error) => error);
    assert.equal(answer instanceof ApiError, what === "an error");
    assert.ok(hasLeft());
  });
}
