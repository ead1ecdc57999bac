/**
 * The middlewares that say who may do what, whether the command line or the environment asks for them.
 *
 * @module
 */

import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { answerHeaders } from "../answer_headers.ts";
import { type AccessOptions, limitRequests } from "./limit_requests.ts";

/** What is asked for; lists are separated by commas. */
export interface AccessRules extends Omit<AccessOptions, "trustedProxies"> {
  readonly trustedProxies?: string;
  /** Pages of other origins that may ask. */
  readonly origins?: string;
}

/** Who may do what, as middlewares. */
export interface Access {
  /** Lets pages of other origins read answers, refusals included; absent: there are none. */
  readonly allowOrigins?: MiddlewareHandler;
  /** Refuses who may not ask, or not so often. */
  readonly limitRequests: MiddlewareHandler;
}

/** Makes the middlewares. */
export function createAccess({ trustedProxies, origins, ...rest }: AccessRules): Access {
  return {
    allowOrigins: origins === undefined ? undefined : allowOrigins(split(origins)),
    limitRequests: limitRequests({ ...rest, trustedProxies: split(trustedProxies) }),
  };
}

/** Lets pages of these origins send all that the API reads, and read answers with what is told beside them. */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: [...origins],
    allowMethods: ["GET", "POST"],
    allowHeaders: [
      "Accept",
      "Authorization",
      "Content-Encoding",
      "Content-Type",
      "Inference-Header-Content-Length",
      "X-Request-Id",
    ],
    exposeHeaders: Object.keys(answerHeaders),
    maxAge: 600,
  });
}

function split(list = ""): string[] {
  return list.split(",").map((part) => part.trim()).filter((part) => part !== "");
}
