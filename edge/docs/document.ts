/**
 * The description of the API, OpenAPI 3.1, made of the schemas that requests and answers are checked by.
 *
 * @module
 */

import type { OpenAPIHono } from "@hono/zod-openapi";
import { notice } from "../notice.ts";

/** A description as it is sent; what the pages of it look at is typed here. */
export type ApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

/** Version of the interface, not of a model. */
const version = "1.0.0";

const tags = [
  {
    name: "v1",
    description: "Slices and patients as they come from the scanner, to masks and measures.",
  },
  {
    name: "v2",
    description:
      "The Open Inference Protocol, version 2: tensors of the network itself. Any of its clients will do, " +
      "such as NVIDIA's `tritonclient[http]`.",
  },
  { name: "health", description: "For whoever keeps the server running." },
  { name: "metrics", description: "For Prometheus." },
];

/** Describes the routes of an app that are there by now; the first word of an address is its group. */
export function describeApi(app: OpenAPIHono): ApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Gliomap",
      version,
      description: "Outlines brain tumors in MRI. Research and teaching only. " + notice,
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    servers: [{ url: "/" }],
    tags,
  });
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    const group = path.split("/")[1];
    for (const operation of [item.get, item.post]) {
      if (operation) operation.tags = [group];
    }
  }
  return document;
}
