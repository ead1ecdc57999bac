/**
 * The edge's HTTP interface, without a socket: `createApp(options).request("/health/live")`.
 *
 * @module
 */

import { OpenAPIHono } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { printable } from "../shared/printable.ts";
import type { Access } from "./access/access.ts";
import type { Assets } from "./assets.ts";
import { headerPolicy } from "./content_security_policy.ts";
import type { Decoders } from "./decoding/decoders.ts";
import { createDrain, type Drain } from "./drain.ts";
import { answerError, errorAnswer } from "./errors.ts";
import { createRequestHolder } from "./hold_requests.ts";
import { limitBody } from "./limit_body.ts";
import type { Limits } from "./limits.ts";
import type { ModelRegistry } from "./model_registry.ts";
import { describeApi } from "./docs/document.ts";
import { createLog, type Log } from "./observe/log.ts";
import { createMetrics } from "./observe/metrics.ts";
import { observeRequests } from "./observe/observation.ts";
import { createSpans } from "./observe/spans.ts";
import { diceRoute } from "./routes/dice.ts";
import { docsRoutes } from "./routes/docs.ts";
import { healthRoutes } from "./routes/health.ts";
import { metricsRoute } from "./routes/metrics.ts";
import { modelsRoute } from "./routes/models.ts";
import { openInferenceRoutes } from "./routes/open_inference.ts";
import { pageRoutes } from "./routes/page.ts";
import { segmentRoute } from "./routes/segment.ts";
import { volumesRoute } from "./routes/volumes.ts";
import { wholeRefusals } from "./whole_refusals.ts";

/** What the app is made of. */
export interface AppOptions {
  readonly models: ModelRegistry;
  /** The page's files; asked for with the first request for one of them. */
  readonly loadAssets: () => Promise<Assets>;
  /** Who may do what, which is asked before anything is read. @default everyone here, and no page of another origin */
  readonly access?: Partial<Access>;
  /** Reads what strangers send. */
  readonly decoders: Decoders;
  readonly limits: Limits;
  /** The end of the server. @default one that never comes */
  readonly drain?: Drain;
  /** Where requests are logged. @default a log of nothing but failures */
  readonly log?: Log;
}

/** The routes of the API with the types of their requests and answers, as a client sees them. */
function createApi({ models, decoders, limits }: AppOptions) {
  return new OpenAPIHono()
    .route("/v1/segment", segmentRoute(models, decoders))
    .route("/v1/volumes", volumesRoute(models, decoders, limits))
    .route("/v1/dice", diceRoute(decoders))
    .route("/v1/models", modelsRoute(models))
    .route("/health", healthRoutes(models, decoders));
}

/** The type of the API, for Hono's client. */
export type Api = ReturnType<typeof createApi>;

/** Makes the app. */
export function createApp(options: AppOptions): OpenAPIHono {
  const { models, decoders, loadAssets, limits } = options;
  const app = new OpenAPIHono();
  const holder = createRequestHolder(limits);
  const metrics = createMetrics(models, holder), drain = options.drain ?? createDrain();
  app.use(wholeRefusals());
  app.use(requestId());
  app.use(observeRequests([metrics, createSpans(), drain, options.log ?? createLog("off")]));
  // With both, a browser lets WebAssembly have threads.
  app.use(
    secureHeaders({
      contentSecurityPolicy: headerPolicy,
      crossOriginEmbedderPolicy: "require-corp",
    }),
  );
  const { allowOrigins, limitRequests } = options.access ?? {};
  // Before all that refuses: a page of another origin could not read why it was refused otherwise.
  if (allowOrigins) app.use(allowOrigins);
  app.use(drain.middleware);
  if (limitRequests) app.use(limitRequests);
  app.use(methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) => {
      const allowed = methods.join(", "), asked = `${c.req.method} ${c.req.path}`;
      const error = `Cannot ${printable(asked)} as the method must be ${allowed}`;
      return c.json(errorAnswer(error), 405, { Allow: allowed });
    },
  }));
  const { maxBodyBytes, maxVolumeBytes, bodySeconds: seconds } = limits;
  // Not `app.on("POST", ...)`, which counts as a route that takes POST at every address below /v2.
  for (const path of bodyPaths) app.use(path, holder.middleware);
  app.use("/v1/volumes", limitBody({ maxBytes: maxVolumeBytes, seconds }));
  for (const path of ["/v1/segment", "/v1/dice", "/v2/*"]) {
    app.use(path, limitBody({ maxBytes: maxBodyBytes, seconds }));
  }
  app.route("/", createApi(options));
  app.route("/v2", openInferenceRoutes(models, decoders, limits));
  app.route("/metrics", metricsRoute(metrics));
  app.route("/", docsRoutes(() => describeApi(app)));
  app.route("/", pageRoutes(loadAssets));
  app.notFound((c) => c.json(errorAnswer(`Cannot find ${printable(c.req.path)}`), 404));
  app.onError(answerError);
  return app;
}

/** Where requests have bodies. */
const bodyPaths = ["/v1/segment", "/v1/dice", "/v1/volumes", "/v2/*"];
