import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { errorResponses } from "../contract.ts";
import { HealthAnswer, LoadAnswer } from "../answer.ts";
import { assertLive } from "../assert_live.ts";
import type { Decoders } from "../decoding/decoders.ts";
import { requestError } from "../errors.ts";
import type { ModelRegistry } from "../model_registry.ts";
import { notice } from "../notice.ts";

const live = createRoute({
  method: "get",
  path: "/live",
  summary: "Whether the process answers, and can work",
  responses: {
    200: { description: "It does.", content: { "application/json": { schema: HealthAnswer } } },
    ...errorResponses(503),
  },
});

const ready = createRoute({
  method: "get",
  path: "/ready",
  summary: "Whether the default model has answered once",
  responses: {
    200: { description: "It has.", content: { "application/json": { schema: HealthAnswer } } },
    ...errorResponses(503),
  },
});

const load = createRoute({
  method: "get",
  path: "/load",
  summary: "What waits for the workers",
  responses: {
    200: { description: "Now.", content: { "application/json": { schema: LoadAnswer } } },
  },
});

/**
 * `/health/live`: the process answers, and is not full of threads that hang, which only a new process is rid of.
 * `/health/ready`: the default model has answered once. `/health/load`: what waits.
 */
export function healthRoutes(models: ModelRegistry, decoders: Pick<Decoders, "stuck">) {
  return new OpenAPIHono()
    .openapi(live, (c) => {
      assertLive(models, decoders);
      return c.json({ status: "live" as const, notice }, 200);
    })
    .openapi(ready, (c) => {
      if (models.isReady()) return c.json({ status: "ready" as const, notice }, 200);
      throw requestError(503, "The model has not answered yet; try again in a moment.");
    })
    .openapi(load, (c) => {
      const { waiting, busy, size, overdue, restarts } = models.load;
      const engine = models.engineOf();
      return c.json({ waiting, busy, workers: size, overdue, engine, restarts, notice }, 200);
    });
}
