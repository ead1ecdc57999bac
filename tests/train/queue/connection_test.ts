/** Programs that open the queue at the same moment, each of which finds nothing and wants to make it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import {
  AckPolicy,
  jetstream,
  type JetStreamManager,
  jetstreamManager,
  StorageType,
} from "@nats-io/jetstream";
import { Objm } from "@nats-io/obj";
import { connect } from "@nats-io/transport-node";
import { openQueue } from "../../../train/queue/connection.ts";
import { bucket, taskStream, taskSubject } from "../../../train/queue/protocol.ts";
import { testWithNats } from "../support/nats_server.ts";

/**
 * A way to a server that holds back what a client sends, once, from the first bytes with `words` in them until
 * `meanwhile` is over.
 */
async function holdUp(url: string, words: string, meanwhile: () => Promise<void>) {
  const { hostname, port } = new URL(url);
  const sockets: Socket[] = [];
  let held: Promise<void> | undefined;
  const proxy = createServer((client) => {
    const server = createConnection(Number(port), hostname);
    sockets.push(client, server);
    server.pipe(client);
    client.on("data", async (bytes: Uint8Array) => {
      if (!held && new TextDecoder().decode(bytes).includes(words)) held = meanwhile();
      await held;
      server.write(bytes);
    });
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `nats://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    wasHeld: () => held !== undefined,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, "close");
    },
  };
}

/** What another program makes meanwhile; it differs in a setting, or the server would take the two for one. */
const races: Record<string, (manager: JetStreamManager, stores: Objm) => Promise<unknown>> = {
  [`STREAM.CREATE.${taskStream}`]: ({ streams }) =>
    streams.add({ name: taskStream, subjects: [taskSubject("*")], storage: StorageType.Memory }),
  [`STREAM.CREATE.OBJ_${bucket}`]: (_, stores) =>
    stores.create(bucket, { storage: StorageType.Memory }),
  [`CONSUMER.CREATE.${taskStream}.segment`]: ({ consumers }) =>
    consumers.add(taskStream, {
      durable_name: "segment",
      filter_subject: taskSubject("segment"),
      ack_policy: AckPolicy.Explicit,
      ack_wait: 7e9,
    }),
};

for (const [words, make] of Object.entries(races)) {
  testWithNats(
    `a queue opens where another program makes it at the same moment (${words})`,
    async (url) => {
      const proxy = await holdUp(url, words, async () => {
        const connection = await connect({ servers: new URL(url).host });
        await make(await jetstreamManager(connection), new Objm(jetstream(connection)));
        await connection.close();
      });
      try {
        const { connection, manager, store } = await openQueue(proxy.url);
        assert.ok(proxy.wasHeld(), `nothing was sent with ${words}`);
        assert.equal((await manager.streams.info(taskStream)).config.name, taskStream);
        assert.equal((await store.status()).bucket, bucket);
        await connection.close();
      } finally {
        await proxy.close();
      }
    },
  );
}
