import assert from "node:assert/strict";
import { connectRedisStore } from "../../../edge/access/redis_store.ts";
import { createToken, parseTokens } from "../../../edge/access/tokens.ts";
import { createGuardedApp } from "./support.ts";

async function hasRedis(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("redis-server", { args: ["--version"] }).output();
    return success;
  } catch {
    return false;
  }
}

/** Debian's redis-server on a port that was free, without a disk. */
async function startRedis() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = new Deno.Command("redis-server", { args, stdout: "piped", stderr: "null" }).spawn();
  const decoder = new TextDecoder();
  let log = "";
  const ready = Promise.withResolvers<void>();
  const read = (async () => {
    for await (const part of child.stdout) {
      log += decoder.decode(part, { stream: true });
      if (/ready to accept connections/i.test(log)) ready.resolve();
    }
    ready.reject(new Error(`redis-server ended: ${log}`));
  })();
  await ready.promise;
  return {
    url: `redis://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await read;
    },
  };
}

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

Deno.test("connectRedisStore() says where nothing answers", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await assert.rejects(
    connectRedisStore(`redis://127.0.0.1:${port}`, () => {}),
    /Cannot count requests in Redis as nothing answers at redis:/,
  );
});
