import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Metrics } from "../observe/metrics.ts";

const route = createRoute({
  method: "get",
  path: "/",
  summary: "Counts and times for Prometheus",
  responses: {
    200: {
      description: "Prometheus's text format.",
      content: { "text/plain": { schema: z.string() } },
    },
  },
});

/** `GET /metrics`, as Prometheus reads it. */
export function metricsRoute(metrics: Metrics) {
  return new OpenAPIHono().openapi(route, async (c) => {
    return c.text(await metrics.read(), 200, { "Content-Type": metrics.contentType });
  });
}
