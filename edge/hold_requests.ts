/**
 * How many requests are held at once.
 *
 * @module
 */

import type { MiddlewareHandler } from "hono";
import type { Limits } from "./limits.ts";
import { pacedAnswer } from "./paced_answer.ts";
import { createSlots } from "./slots.ts";

/** Holds requests. */
export interface RequestHolder {
  /** Refuses more POSTs than may be held with 429, before their bodies are read; others pass. */
  readonly middleware: MiddlewareHandler;
  /** How many are held. */
  readonly held: number;
}

/**
 * Holds each request from its head to the last byte of its answer: a client that does not read what it asked for has the
 * memory of it, so it has one of the places as well. It loses it when it goes, or is too slow.
 */
export function createRequestHolder(
  { maxRequests, answerSeconds: seconds }: Pick<Limits, "maxRequests" | "answerSeconds">,
): RequestHolder {
  const rule = `at most ${maxRequests} requests may be held at once`;
  const slots = createSlots({ size: maxRequests, rule, retryAfter: 1 });
  return {
    async middleware(c, next) {
      if (c.req.method !== "POST") return await next();
      const release = slots.take();
      try {
        await next();
        const { body } = c.res;
        if (body) c.res = new Response(pacedAnswer(body, { seconds, onEnd: release }), c.res);
        else release();
      } catch (error) {
        release();
        throw error;
      }
    },
    get held() {
      return slots.taken;
    },
  };
}
