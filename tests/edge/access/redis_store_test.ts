import assert from "node:assert/strict";
import { connectRedisStore } from "../../../edge/access/redis_store.ts";
import type { LimitStore } from "../../../edge/access/limit_store.ts";
import { createToken, parseTokens } from "../../../edge/access/tokens.ts";
import { freePort, hasRedis, startRedis } from "./redis_server.ts";
import { createGuardedApp } from "./support.ts";

const redis = await hasRedis();

Deno.test({
  name: "connectRedisStore() shares counts between instances (needs redis-server)",
  ignore: !redis,
  async fn() {
    await using server = await startRedis();
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    await using one = await connectRedisStore(server.url, onError);
    await using two = await connectRedisStore(server.url, onError);
    const { token, sha256 } = createToken();
    const tokens = parseTokens(JSON.stringify([{ name: "ward", sha256, perMinute: 4 }]));
    const asks = [one, two].map((store) => createGuardedApp({ tokens, store }));
    const statuses = await Promise.all(Array.from({ length: 10 }, async (_, index) => {
      const answer = await asks[index % 2]("/v1/models", { Authorization: `Bearer ${token}` });
      await answer.body?.cancel();
      return answer.status;
    }));
    assert.equal(statuses.filter((status) => status === 200).length, 4);
    assert.equal(statuses.filter((status) => status === 429).length, 6);
    const { count, endsIn } = await one.add("minute:ward", 60_000);
    assert.equal(count, 11);
    assert.ok(endsIn > 0 && endsIn <= 60_000);
    assert.deepEqual(errors, []);
  },
});

/** Asks until it is answered: a server that came back is found after a while. */
async function untilCounted(store: LimitStore, key: string): Promise<number> {
  for (;;) {
    try {
      return (await store.add(key, 3_600_000)).count;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

Deno.test({
  name: "connectRedisStore() goes on when Redis hangs, dies and comes back (needs redis-server)",
  ignore: !redis,
  async fn(t) {
    const server = await startRedis(), { port } = server;
    await using store = await connectRedisStore(server.url, () => {});
    const before = await untilCounted(store, "a");

    await t.step("fails soon, and then at once, while Redis hangs", async () => {
      server.kill("SIGSTOP");
      await assert.rejects(store.add("a", 3_600_000), /Redis has not answered for 1000 ms/);
      await assert.rejects(store.add("a", 3_600_000), /Redis does not answer/);
      server.kill("SIGCONT");
      // What it was asked meanwhile is counted as well.
      assert.ok(await untilCounted(store, "a") >= before + 2);
    });

    await t.step(
      "fails while Redis is gone, and counts again in the one that comes back",
      async () => {
        await server[Symbol.asyncDispose]();
        await assert.rejects(store.add("a", 3_600_000));
        await using _next = await startRedis(port);
        assert.equal(await untilCounted(store, "b"), 1);
      },
    );
  },
});

Deno.test("connectRedisStore() says where nothing answers", async () => {
  await assert.rejects(
    connectRedisStore(`redis://127.0.0.1:${freePort()}`, () => {}),
    /Cannot count requests in Redis as nothing answers at redis:/,
  );
});
