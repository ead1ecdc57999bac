/** What a peer says that says nothing sensible any more. */
import assert from "node:assert/strict";
import { parseCluster } from "../../../train/cluster/address.ts";
import { encodeMessage, type Hello, type Loss } from "../../../train/cluster/message.ts";
import { Peers } from "../../../train/cluster/peers.ts";
import { freeCluster } from "./processes.ts";

function helloOf(rank: number): Hello {
  return { kind: "hello", rank, tensorflowPort: 1, settings: {} };
}

/** What rank 0 makes of a rank 1 that sends these bytes after its hello, and ends the connection. */
async function lossAfter(sent: string): Promise<Loss> {
  const addresses = parseCluster(freeCluster(2)), [{ host, port }] = addresses;
  const { promise, resolve } = Promise.withResolvers<Loss>();
  const peers = new Peers(addresses, helloOf(0), { onHello() {}, onLoss: resolve });
  peers.open(host);
  try {
    using stranger = await Deno.connect({ hostname: host, port });
    await stranger.write(encodeMessage(helloOf(1)));
    await stranger.write(new TextEncoder().encode(sent));
    await stranger.closeWrite();
    return await promise;
  } finally {
    await peers.leave();
  }
}

Deno.test("Peers tells of a peer that ends its connection", async () => {
  assert.deepEqual(await lossAfter(""), { ranks: [1], what: "died: its connection closed" });
});

Deno.test("Peers says why it takes no more messages of a peer", async () => {
  const { ranks, what } = await lossAfter("no message\n");
  assert.deepEqual(ranks, [1]);
  assert.match(what, /^died: its connection closed \(.*not valid JSON\)$/);
});
