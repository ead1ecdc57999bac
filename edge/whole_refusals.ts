/**
 * Refusals as bytes.
 *
 * @module
 */

import type { MiddlewareHandler } from "hono";

/**
 * Makes the answer to a failed request one of bytes, as Hono makes a stream of it where a header is added. As a stream,
 * sent while a read of the request's body is still waiting, it would have Deno 2.9 keep 170 kB for good. It has to be
 * around all others.
 */
export function wholeRefusals(): MiddlewareHandler {
  return async function wholeRefusals(c, next) {
    await next();
    if (!c.error) return;
    const refusal = new Response(await c.res.bytes(), c.res);
    c.res = undefined; // else Hono makes a stream of the next one
    c.res = refusal;
  };
}
