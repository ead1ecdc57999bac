/**
 * How long a body may be, and how long it may take to arrive.
 *
 * @module
 */

import type { MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { clientGone, requestError } from "./errors.ts";
import { paceRule, patience } from "./pace.ts";

/** What a body may take. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** Seconds until it is whole, and one more for each 64 KiB; and those that no pause may have. */
  readonly seconds: number;
}

/**
 * Refuses bodies of more bytes, by what they announce or as they come, with 413; and bodies that come too slowly with
 * 408, so that nobody holds a place among the requests by saying little. A client that leaves in mid-body is no failure
 * of the server.
 */
export function limitBody({ maxBytes, seconds }: BodyLimits): MiddlewareHandler {
  const tooLong = () =>
    requestError(413, `Cannot read the body as it must have at most ${maxBytes} bytes`);

  function limited(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader(), start = performance.now();
    let length = 0, timer: ReturnType<typeof setTimeout> | undefined;
    return new ReadableStream({
      async pull(controller) {
        const { promise: expired, reject } = Promise.withResolvers<never>();
        timer = setTimeout(
          () => reject(tooSlow(seconds)),
          patience(seconds, length, performance.now() - start),
        );
        try {
          const { done, value } = await Promise.race([reader.read().catch(leave), expired]);
          if (done) return controller.close();
          length += value.length;
          if (length <= maxBytes) return controller.enqueue(value);
          controller.error(tooLong());
          reader.cancel().catch(() => {});
        } catch (error) {
          // No cancel here, where a read may be waiting: Deno 2.9 would keep 65 kB for each such client, for good. The
          // read ends with the connection.
          controller.error(error);
        } finally {
          clearTimeout(timer);
        }
      },
      cancel(reason) {
        clearTimeout(timer);
        return reader.cancel(reason);
      },
    });
  }

  return async function limitBody(c, next) {
    const { body, headers } = c.req.raw;
    if (!body) return await next();
    if (Number(headers.get("content-length") ?? 0) > maxBytes) throw tooLong();
    c.req.raw = new Request(c.req.raw, { body: limited(body) });
    await next();
  };
}

/** The server's side of a connection that breaks in mid-body; Deno does not tell `request.signal` of it. */
function leave(cause: unknown): never {
  const message = "Cannot read the body as the client has gone";
  throw requestError(clientGone as ContentfulStatusCode, message, cause);
}

function tooSlow(seconds: number) {
  return requestError(408, `Cannot read the body as it must arrive ${paceRule(seconds)}`);
}
