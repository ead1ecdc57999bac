import { Hono } from "hono";
import type { SegmentationService } from "../service.ts";

/** `/health/live`: the process answers. `/health/ready`: the model has answered once. */
export function healthRoutes(service: SegmentationService): Hono {
  const routes = new Hono();
  routes.get("/live", (c) => c.json({ status: "live" }));
  routes.get(
    "/ready",
    (c) =>
      service.ready
        ? c.json({ status: "ready" })
        : c.json({ error: "The model has not answered yet; try again in a moment." }, 503),
  );
  return routes;
}
