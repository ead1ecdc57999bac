/**
 * What is known of a request once it is over, for the log, the metrics and the traces.
 *
 * @module
 */

import type { Context, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { createStages, type Stage, type Stages } from "./stages.ts";

/**
 * One request. Nothing of what was sent is in it: no address, query, file or body, but for the client's
 * `X-Request-Id`, which is there to be logged.
 */
export interface Observation {
  readonly id: string;
  readonly method: string;
  /** The pattern of its address, as `/v2/models/:name`; `none` where there is no such address. */
  readonly route: string;
  readonly stages: Stages;
  /** That of the answer, or of the event that a stream ended with; 0 until then. */
  status: number;
  /** Milliseconds to the end of the work; 0 until then. */
  duration: number;
  /** The model that was asked, as name/version. */
  model?: string;
  /** What ran it. */
  engine?: string;
  /** The holder of the token. */
  holder?: string;
  /** Why it was refused. */
  rejection?: string;
  /** What the server failed on. */
  failure?: unknown;
  /** Goes on after the answer's head was given, until the function returned is called. */
  hold(): () => void;
}

/** Is told of requests. */
export interface Observer {
  readonly onStart?: (observation: Observation) => void;
  readonly onStage?: (stage: Stage) => void;
  readonly onEnd?: (observation: Observation) => void;
}

/** The methods that are counted under their own name, lest a stranger invents many. */
const methods = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"];

/** Why requests are refused, where nothing closer is known. */
const rejections: Readonly<Record<number, string>> = {
  400: "unreadable",
  401: "token",
  404: "unknown",
  405: "method",
  406: "accept",
  408: "slow",
  413: "size",
  415: "format",
  429: "queue",
  499: "gone",
  500: "failure",
  503: "not ready",
  504: "time limit",
};

/** The observation of the request that is being answered. */
export function observationOf(c: Context): Observation {
  return c.get("observation");
}

/** Tells observers of every request; the id must be there already. */
export function observeRequests(observers: readonly Observer[]): MiddlewareHandler {
  return async function observeRequests(c, next) {
    const start = performance.now();
    let held = false, ended = false;
    function end(): void {
      if (ended) return;
      ended = true;
      observation.duration = performance.now() - start;
      if (observation.status >= 400) observation.rejection ??= rejections[observation.status];
      for (const { onEnd } of observers) onEnd?.(observation);
    }
    const observation: Observation = {
      id: c.get("requestId"),
      method: methods.includes(c.req.method) ? c.req.method : "other",
      route: routeOf(c),
      stages: createStages((stage) => {
        for (const { onStage } of observers) onStage?.(stage);
      }),
      status: 0,
      duration: 0,
      hold() {
        held = true;
        return end;
      },
    };
    c.set("observation", observation);
    for (const { onStart } of observers) onStart?.(observation);
    await next();
    observation.status ||= c.res.status;
    if (!held || c.res.status >= 400) end();
  };
}

function routeOf(c: Context): string {
  const route = routePath(c, -1);
  // Only middlewares, which match everything below an address, but for the page's files.
  return route.endsWith("*") && route !== "/assets/*" ? "none" : route;
}
