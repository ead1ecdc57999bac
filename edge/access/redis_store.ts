/**
 * Counts of limits in Redis, which many instances of the edge share.
 *
 * @module
 */

import { createClient } from "redis";
import type { LimitStore } from "./limit_store.ts";

/** One step, so that a window can never be left without its end. */
const script = `
local count = redis.call("INCR", KEYS[1])
if count == 1 then redis.call("PEXPIRE", KEYS[1], ARGV[1]) end
return {count, redis.call("PTTL", KEYS[1])}`;

/** Milliseconds that an answer may take: whoever waits for it waits with a request. */
const patience = 1000;

/**
 * Connects to Redis. While it is away, or connected and silent, `add` fails at once and asks nothing.
 *
 * @param url As in `redis://127.0.0.1:6379`.
 * @param onError Gets what goes wrong with the connection later; it is made again by itself.
 * @throws {Error} when nothing answers there.
 */
export async function connectRedisStore(
  url: string,
  onError: (error: Error) => void,
): Promise<LimitStore & AsyncDisposable> {
  let connected = false;
  const client = createClient({
    url,
    // A request is answered at once while Redis is away, and not when it comes back.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: 5000,
      reconnectStrategy: (retries) => connected ? Math.min(100 * 2 ** retries, 5000) : false,
    },
  });
  client.on("error", (error: Error) => connected && onError(error));
  try {
    await client.connect();
  } catch (error) {
    throw new Error(`Cannot count requests in Redis as nothing answers at ${url}`, {
      cause: error,
    });
  }
  connected = true;
  let silent = false;
  async function ask(key: string, windowMs: number): Promise<[number, number]> {
    if (silent) throw new Error("Redis does not answer");
    const asked = client.eval(script, { keys: [`gliomap:${key}`], arguments: [`${windowMs}`] });
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      silent = true;
      // It is asked again once it has answered this, or the connection is made anew.
      asked.catch(() => {}).finally(() => silent = false);
      reject(new Error(`Redis has not answered for ${patience} ms`));
    }, patience);
    try {
      return await Promise.race([asked, late]) as [number, number];
    } finally {
      clearTimeout(timer);
    }
  }
  return {
    async add(key, windowMs) {
      const [count, endsIn] = await ask(key, windowMs);
      return { count, endsIn };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(client.destroy()),
  };
}
