import { Hono } from "hono";
import { docsPage } from "../docs/docs_page.ts";
import type { ApiDocument } from "../docs/document.ts";
import { docsStyle } from "../docs/style.ts";

/**
 * `/openapi.json`, OpenAPI 3.1, and `/docs`, the same to read.
 *
 * @param describe Called for the first request, when all routes are there.
 */
export function docsRoutes(describe: () => ApiDocument): Hono {
  let described: ApiDocument | undefined;
  const document = () => described ??= describe();
  const routes = new Hono();
  routes.get("/openapi.json", (c) => c.json(document()));
  routes.get("/docs", (c) => c.html(docsPage(document())));
  routes.get("/docs/style.css", (c) => c.body(docsStyle, 200, { "Content-Type": "text/css" }));
  return routes;
}
