/**
 * The edge's HTTP interface, without a socket: `createApp(options).request("/health/live")`.
 *
 * @module
 */

import { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import type { ImageLimits } from "../shared/image/decode.ts";
import type { Assets } from "./assets.ts";
import { answerError, errorAnswer, requestError } from "./errors.ts";
import type { ModelRegistry } from "./model_registry.ts";
import { describeApi } from "./docs/document.ts";
import { diceRoute } from "./routes/dice.ts";
import { docsRoutes } from "./routes/docs.ts";
import { healthRoutes } from "./routes/health.ts";
import { modelsRoute } from "./routes/models.ts";
import { openInferenceRoutes } from "./routes/open_inference.ts";
import { pageRoutes } from "./routes/page.ts";
import { segmentRoute } from "./routes/segment.ts";
import { volumesRoute } from "./routes/volumes.ts";
import type { VolumeLimits } from "./volume/read_volume.ts";

/** What the app is made of. */
export interface AppOptions {
  readonly models: ModelRegistry;
  /** The page's files; asked for with the first request for one of them. */
  readonly loadAssets: () => Promise<Assets>;
  /** What every request passes before anything reads it, as who may ask. @default none */
  readonly middlewares?: readonly MiddlewareHandler[];
  /** Bytes a request's body may have. @default 16 MiB */
  readonly maxBodyBytes?: number;
  /**
   * Pixels a slice may have. The network needs about 650 bytes of memory for each, which its worker keeps: a
   * slice of 1024x1024 takes 0.9 GB and five seconds of one core. @default 1024 * 1024
   */
  readonly maxPixels?: number;
  /** Limits on whole patients. */
  readonly volumes?: Partial<VolumeLimits & { readonly maxBodyBytes: number }>;
}

/** A volume of 512x512x512 with one channel, or of 256x256x512 with three, and its mask. */
const volumeDefaults = {
  maxVolumes: 2,
  maxBodyBytes: 256 * 1024 ** 2,
  maxBytes: 512 * 1024 ** 2,
  maxFiles: 2048,
  maxSlices: 1024,
  maxValues: 2 ** 27,
};

/** Everything comes from this server; ONNX Runtime compiles WebAssembly, and the 3D view holds its letters itself. */
const contentSecurityPolicy = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
  imgSrc: ["'self'", "blob:", "data:"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The routes of the API with the types of their requests and answers, as a client sees them. */
function createApi(models: ModelRegistry, limits: ImageLimits, volumes: VolumeLimits) {
  return new OpenAPIHono()
    .route("/v1/segment", segmentRoute(models, limits))
    .route("/v1/volumes", volumesRoute(models, volumes))
    .route("/v1/dice", diceRoute(limits))
    .route("/v1/models", modelsRoute(models))
    .route("/health", healthRoutes(models));
}

/** The type of the API, for Hono's client. */
export type Api = ReturnType<typeof createApi>;

/** Makes the app. */
export function createApp(options: AppOptions): OpenAPIHono {
  const { models, loadAssets, maxBodyBytes = 16 * 1024 ** 2, maxPixels = 1024 ** 2 } = options;
  const app = new OpenAPIHono();
  app.use(requestId());
  // With both, a browser lets WebAssembly have threads.
  app.use(secureHeaders({ contentSecurityPolicy, crossOriginEmbedderPolicy: "require-corp" }));
  for (const middleware of options.middlewares ?? []) app.use(middleware);
  app.use(methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) => {
      const allowed = methods.join(", ");
      const error = `Cannot ${c.req.method} ${c.req.path} as the method must be ${allowed}`;
      return c.json(errorAnswer(error), 405, { Allow: allowed });
    },
  }));
  const volumes = { ...volumeDefaults, maxPixels, ...options.volumes };
  app.use("/v1/segment", limitBody(maxBodyBytes));
  app.use("/v1/dice", limitBody(maxBodyBytes));
  app.use("/v1/volumes", limitBody(volumes.maxBodyBytes));
  app.use("/v2/*", limitBody(maxBodyBytes));
  app.route("/", createApi(models, { maxPixels }, volumes));
  app.route("/v2", openInferenceRoutes(models, { maxPixels, maxBodyBytes }));
  app.route("/", docsRoutes(() => describeApi(app)));
  app.route("/", pageRoutes(loadAssets));
  app.notFound((c) => c.json(errorAnswer(`Cannot find ${c.req.path}`), 404));
  app.onError(answerError);
  return app;
}

/** Refuses bodies of more bytes, before they are read. */
function limitBody(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw requestError(413, `Cannot read the body as it must have at most ${maxSize} bytes`);
    },
  });
}
