/**
 * Who may do what, as the environment of a function says it, which has no command line.
 *
 * @module
 */

import { parseNumber } from "../../shared/argument.ts";
import { readVariable, variableOf } from "../environment.ts";
import { messageOf } from "../message_of.ts";
import type { Log } from "../observe/log.ts";
import { openKvStore } from "./kv_store.ts";
import { createMemoryStore } from "./limit_store.ts";
import { type Access, createAccess } from "./access.ts";
import { isLoopback } from "./loopback.ts";
import { parseTokens } from "./tokens.ts";

const perMinute = "--per-minute";

/**
 * The middlewares that these variables ask for, each of which says what the option of `deno task edge` says:
 * `GLIOMAP_TOKENS` (the entries themselves, as JSON), `GLIOMAP_PER_MINUTE`, `GLIOMAP_TRUSTED_PROXIES`,
 * `GLIOMAP_ORIGINS`; and `GLIOMAP_KV`, to count in Deno KV: a file, or `default` for the platform's own.
 *
 * @throws {Error} when one of them is wrong.
 */
export async function readAccessEnvironment(log: Pick<Log, "warn">): Promise<Access> {
  const tokens = readVariable("--tokens"), kv = readVariable("--kv");
  return createAccess({
    tokens: tokens === undefined ? [] : parseTokens(tokens),
    perMinute: parseNumber(variableOf(perMinute), readVariable(perMinute) ?? "0", {
      integer: true,
      minimum: 0,
    }),
    trustedProxies: readVariable("--trusted-proxies"),
    origins: readVariable("--origins"),
    store: kv === undefined
      ? createMemoryStore()
      : await openKvStore(kv === "default" ? undefined : kv),
    onStoreError: (error) => log.warn(`Cannot count requests: ${messageOf(error)}`),
  });
}

/**
 * Says in the log that everyone may ask for anything, where others reach the address and no tokens are set. A function
 * listens where its platform says and learns of it afterwards, so that it cannot refuse to, as `deno task edge` does.
 *
 * @param hostname What it listens on.
 */
export function warnWhereOpen(hostname: string, log: Pick<Log, "warn">): void {
  if (isLoopback(hostname) || readVariable("--tokens") !== undefined) return;
  log.warn(
    `Everyone who reaches ${hostname} may ask for anything as no tokens are set: ` +
      `give ${variableOf("--tokens")}, or listen on 127.0.0.1`,
  );
}
