/**
 * The edge's HTTP interface, without a socket: `createApp(options).request("/health/live")`.
 *
 * @module
 */

import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import type { Assets } from "./assets.ts";
import { answerError, requestError } from "./errors.ts";
import { diceRoute } from "./routes/dice.ts";
import { healthRoutes } from "./routes/health.ts";
import { pageRoutes } from "./routes/page.ts";
import { segmentRoute } from "./routes/segment.ts";
import type { SegmentationService } from "./service.ts";

/** What the app is made of. */
export interface AppOptions {
  readonly service: SegmentationService;
  /** The page's files; asked for with the first request for one of them. */
  readonly loadAssets: () => Promise<Assets>;
  /** Bytes a request's body may have. @default 16 MiB */
  readonly maxBodyBytes?: number;
  /**
   * Pixels a slice may have. The network needs about 650 bytes of memory for each, which its worker keeps: a
   * slice of 1024x1024 takes 0.9 GB and five seconds of one core. @default 1024 * 1024
   */
  readonly maxPixels?: number;
}

/** Everything comes from this server; ONNX Runtime compiles WebAssembly. */
const contentSecurityPolicy = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
  imgSrc: ["'self'", "blob:"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/** Makes the app. */
export function createApp(options: AppOptions): Hono {
  const { service, loadAssets, maxBodyBytes = 16 * 1024 ** 2, maxPixels = 1024 ** 2 } = options;
  const limits = { maxPixels };
  const app = new Hono();
  app.use(requestId());
  app.use(secureHeaders({ contentSecurityPolicy }));
  app.use(methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) => {
      const allowed = methods.join(", ");
      const error = `Cannot ${c.req.method} ${c.req.path} as the method must be ${allowed}`;
      return c.json({ error }, 405, { Allow: allowed });
    },
  }));
  app.use(
    "/v1/*",
    bodyLimit({
      maxSize: maxBodyBytes,
      onError: () => {
        throw requestError(
          413,
          `Cannot read the body as it must have at most ${maxBodyBytes} bytes`,
        );
      },
    }),
  );
  app.route("/v1/segment", segmentRoute(service, limits));
  app.route("/v1/dice", diceRoute(limits));
  app.route("/health", healthRoutes(service));
  app.route("/", pageRoutes(loadAssets));
  app.notFound((c) => c.json({ error: `Cannot find ${c.req.path}` }, 404));
  app.onError(answerError);
  return app;
}
