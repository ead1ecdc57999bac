/** The object store of a real server holds files while they are needed. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openQueue } from "../../../train/queue/connection.ts";
import { downloadOutputs, uploadOutputs } from "../../../train/queue/transfer.ts";
import { createUploads } from "../../../train/queue/uploads.ts";
import { testWithNats } from "../support/nats_server.ts";

testWithNats(
  "createUploads keeps a file while one of its users is left, and no longer",
  async (url, folder) => {
    const { connection, store } = await openQueue(url);
    try {
      const [model, a, b] = ["model", "a", "b"].map((name) => join(folder, name));
      // More than a message of NATS may have.
      await Promise.all([model, a, b].map((path) => writeFile(path, new Uint8Array(3_000_000))));
      const uploads = createUploads({ connection, store }, "run");
      const names = async () => (await store.list()).length;
      await uploads.take([model, a]);
      await uploads.take([model, b]);
      assert.equal(await names(), 3);
      await uploads.release([model, a]);
      assert.equal(await names(), 2);
      await uploads.release([model, b]);
      assert.equal(await names(), 0);
      const [again] = await uploads.take([model]);
      assert.equal((await store.getBlob(again.object))!.length, 3_000_000);
    } finally {
      await connection.close();
    }
  },
);

testWithNats(
  "downloadOutputs writes into its folder, whatever names a worker sends",
  async (url, folder) => {
    const { connection, store } = await openQueue(url);
    try {
      const from = join(folder, "from"), to = join(folder, "to");
      await Deno.mkdir(from);
      await writeFile(join(from, "mask.png"), "mask");
      const [{ object }] = await uploadOutputs(store, "run", from);
      await downloadOutputs(store, [{ name: "../../escaped.png", object }], to);
      assert.equal(await Deno.readTextFile(join(to, "escaped.png")), "mask");
    } finally {
      await connection.close();
    }
  },
);
