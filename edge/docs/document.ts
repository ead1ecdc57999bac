/**
 * The description of the API, OpenAPI 3.1, made of the schemas that requests and answers are checked by.
 *
 * @module
 */

import type { OpenAPIHono, RouteConfig } from "@hono/zod-openapi";
import { isGuarded } from "../access/guarded.ts";
import { type AnswerHeader, answerHeaders, headersOf } from "../answer_headers.ts";
import { errorResponses } from "../contract.ts";
import { isOpenToTheLast } from "../drain.ts";
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
  const { openAPIRegistry: registry } = app;
  registry.registerComponent("securitySchemes", bearer, {
    type: "http",
    scheme: "bearer",
    description: "A token, where the server was given any; else everyone may ask.",
  });
  for (const [name, header] of Object.entries(answerHeaders)) {
    registry.registerComponent("headers", name, header);
  }
  for (const definition of registry.definitions) {
    if (definition.type === "route") describeWhatSurrounds(definition.route);
  }
  return app.getOpenAPI31Document({
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
}

const bearer = "bearer";

/**
 * Adds what a route does not know: its group, who may ask, with what requests are refused before it gets them, and what
 * every answer has in its head.
 */
function describeWhatSurrounds(route: RouteConfig): void {
  const { path } = route, guarded = isGuarded(path);
  route.tags = [path.split("/")[1]];
  if (guarded) route.security = [{}, { [bearer]: [] }];
  const refusals = [...guarded ? [401, 429] : [], ...isOpenToTheLast(path) ? [] : [503]];
  const responses = { ...errorResponses(...refusals), ...namingModel(route.responses) };
  route.responses = withHeaders(responses, "X-Request-Id");
}

type Responses = RouteConfig["responses"];

/** A route that names its model when it succeeds may have asked it when it fails. */
function namingModel(responses: Responses): Responses {
  const { [200]: success } = responses;
  const names = "headers" in success && success.headers && "X-Model" in success.headers;
  return names ? withHeaders(responses, "X-Model") : responses;
}

function withHeaders(responses: Responses, ...names: AnswerHeader[]): Responses {
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [status, {
      ...response,
      headers: { ...headersOf(...names), ...("headers" in response ? response.headers : {}) },
    }]),
  );
}
