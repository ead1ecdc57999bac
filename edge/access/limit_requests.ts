/**
 * Who may ask, and how often: a middleware of the edge.
 *
 * @module
 */

import type { Context, MiddlewareHandler } from "hono";
import { errorAnswer } from "../errors.ts";
import { observationOf } from "../observe/observation.ts";
import { clientAddress } from "./client_address.ts";
import { isGuarded } from "./guarded.ts";
import type { LimitStore } from "./limit_store.ts";
import { networkOf } from "./network.ts";
import { findToken, type TokenEntry } from "./tokens.ts";

const minute = 60_000, day = 24 * 60 * minute;

/** Whom an edge answers. */
export interface AccessOptions {
  /** Who may ask; none: everyone. */
  readonly tokens: readonly TokenEntry[];
  /** Requests of one address, or one network of IPv6, in a minute, token or not; 0: as many as they like. */
  readonly perMinute: number;
  readonly trustedProxies: readonly string[];
  readonly store: LimitStore;
  /** Gets what the store failed with; requests are let in meanwhile, as the queue still bounds the work. */
  readonly onStoreError: (error: unknown) => void;
}

interface Limit {
  readonly key: string;
  readonly windowMs: number;
  readonly maximum: number;
  readonly words: string;
}

/**
 * Answers 401 without a valid token where there are tokens, 429 with `Retry-After` over a limit. A wrong token
 * counts against its address like any other request, so guessing is bounded too.
 */
export function limitRequests(options: AccessOptions): MiddlewareHandler {
  const { tokens, perMinute, store, trustedProxies, onStoreError } = options;

  async function exceeded(limit: Limit): Promise<{ readonly retryAfter: number } | undefined> {
    try {
      const { count, endsIn } = await store.add(limit.key, limit.windowMs);
      if (count <= limit.maximum) return undefined;
      return { retryAfter: Math.max(1, Math.ceil(endsIn / 1000)) };
    } catch (error) {
      onStoreError(error);
      return undefined;
    }
  }

  async function refuseOver(c: Context, limits: readonly Limit[]): Promise<Response | undefined> {
    for (const limit of limits) {
      const over = await exceeded(limit);
      if (!over) continue;
      observationOf(c).rejection = "rate";
      const error = `Cannot take the request as ${limit.words} must be at most ${limit.maximum}: ` +
        `try again in ${over.retryAfter} s`;
      return c.json(errorAnswer(error), 429, { "Retry-After": `${over.retryAfter}` });
    }
  }

  return async function limitRequests(c, next) {
    if (!isGuarded(c.req.path)) return await next();
    const address = clientAddress(
      c.env?.remoteAddr?.hostname ?? "unknown",
      c.req.header("x-forwarded-for"),
      trustedProxies,
    );
    const ofAddress = perMinute === 0 ? [] : [{
      key: `address:${networkOf(address)}`,
      windowMs: minute,
      maximum: perMinute,
      words: "requests of one address in a minute",
    }];
    const refused = await refuseOver(c, ofAddress);
    if (refused) return refused;
    if (tokens.length === 0) return await next();
    const token = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    const entry = token === undefined ? undefined : findToken(tokens, token);
    if (!entry) {
      const error = "Cannot take the request as its Authorization must be Bearer and a valid token";
      return c.json(errorAnswer(error), 401, { "WWW-Authenticate": "Bearer" });
    }
    observationOf(c).holder = entry.name;
    return await refuseOver(c, limitsOf(entry)) ?? await next();
  };
}

function limitsOf({ name, perMinute, perDay }: TokenEntry): Limit[] {
  const words = (period: string) => `requests with this token in a ${period}`;
  return [
    { key: `minute:${name}`, windowMs: minute, maximum: perMinute, words: words("minute") },
    { key: `day:${name}`, windowMs: day, maximum: perDay, words: words("day") },
  ];
}
