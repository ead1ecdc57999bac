/**
 * The options of `deno task edge` that say who may do what, and the middlewares made of them.
 *
 * @module
 */

import type { Command } from "commander";
import { parseNumber } from "../../shared/argument.ts";
import { messageOf } from "../message_of.ts";
import type { Log } from "../observe/log.ts";
import { type Access, createAccess } from "./access.ts";
import { createMemoryStore, type LimitStore } from "./limit_store.ts";
import { assertMayListen, isLoopback } from "./loopback.ts";
import { parseTokens, type TokenEntry } from "./tokens.ts";

/** The options as they are written. */
interface AccessArguments {
  readonly host: string;
  readonly tokens?: string;
  readonly open?: boolean;
  readonly perMinute?: string;
  readonly trustedProxies?: string;
  readonly redis?: string;
  readonly origins?: string;
}

/** Requests of one address in a minute where others reach the server and nobody says otherwise. */
const defaultPerMinute = 600;

/** Adds the options to a command. */
export function addAccessOptions(command: Command): Command {
  return command
    .option("--tokens <file>", "answer only who has one of these tokens; deno task token makes one")
    .option("--open", "listen on an address that others reach, without tokens")
    .option(
      "--per-minute <number>",
      `requests of one address in a minute, 0: any number (default: 0 on loopback, else ${defaultPerMinute})`,
    )
    .option("--trusted-proxies <addresses>", "proxies whose X-Forwarded-For is believed, by comma")
    .option("--redis <url>", "count requests in Redis, for several servers together")
    .option("--origins <urls>", "pages of other origins that may ask (CORS), separated by commas");
}

/**
 * The middlewares that the options ask for.
 *
 * @throws {Error} when an option is wrong, or the server would be open to others unasked.
 */
export async function readAccess(
  options: AccessArguments,
  log: Pick<Log, "warn">,
): Promise<Access> {
  const onStoreError = (error: unknown) => {
    log.warn(`Cannot count requests: ${messageOf(error)}`);
  };
  const { host, tokens, open = false, perMinute, redis, trustedProxies, origins } = options;
  assertMayListen(host, { hasTokens: tokens !== undefined, open });
  return createAccess({
    tokens: tokens === undefined ? [] : await readTokens(tokens),
    perMinute: perMinute === undefined
      ? (isLoopback(host) ? 0 : defaultPerMinute)
      : parseNumber("--per-minute", perMinute, { integer: true, minimum: 0 }),
    trustedProxies,
    origins,
    store: await openStore(redis, onStoreError),
    onStoreError,
  });
}

async function readTokens(path: string): Promise<TokenEntry[]> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new Error(`Cannot read the tokens: ${messageOf(error)}`, { cause: error });
  }
  return parseTokens(text);
}

async function openStore(
  redis: string | undefined,
  onError: (error: unknown) => void,
): Promise<LimitStore> {
  if (redis === undefined) return createMemoryStore();
  const { connectRedisStore } = await import("./redis_store.ts");
  return await connectRedisStore(redis, onError);
}
