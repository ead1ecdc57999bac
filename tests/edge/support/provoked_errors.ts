/** Requests that are refused with each error that /openapi.json describes. */

import { createDecoders } from "../../../edge/decoding/decoders.ts";
import { startThread } from "../../../edge/decoding/thread.ts";
import { defaultLimits, type Limits } from "../../../edge/limits.ts";
import { QueueFullError, TimeLimitError } from "../../../shared/inference/pool_error.ts";
import { createFakeModels, createFakeService } from "./fake_service.ts";
import {
  infer,
  inferVersion,
  type Operation,
  operations,
  posts,
  ready,
  readyVersion,
  requestOf,
  tiff,
} from "./operations.ts";
import type { TestAppOptions } from "./test_app.ts";

/** Models that fail in this way whatever they are asked. */
function failing(error: Error): TestAppOptions {
  const fail = () => Promise.reject(error);
  return { service: createFakeService({ segment: fail, run: fail, warmUp: fail, ready: false }) };
}

/** Threads that run a script. */
function decodingBy(script: string, changes: Partial<Limits> = {}): TestAppOptions {
  const limits = { ...defaultLimits, ...changes };
  const start = () => startThread(new URL(script, import.meta.url));
  return { decoders: createDecoders({ start, limits }) };
}

const limited = (limits: Partial<Limits>) => (): TestAppOptions => ({ limits });
const crash = new Error("crash");
const stalled = () => new ReadableStream({ start: (controller) => controller.enqueue(tiff) });
const noImage = () => ({ body: "no image", headers: { "Content-Type": "image/tiff" } });
const slow = () => decodingBy("./slow_decoder.ts", { decodeSeconds: 0.001 });
const slowVolume = () => decodingBy("./slow_decoder.ts", { volumeSeconds: 0.001 });

function stuckThreads(): TestAppOptions {
  const models = createFakeModels(createFakeService());
  return { models: { ...models, load: { ...models.load, stuck: true } } };
}

interface Fault {
  readonly status: number;
  readonly templates: readonly string[];
  readonly app?: () => TestAppOptions;
  readonly init?: () => RequestInit;
  /** Makes another address of that which is answered. */
  readonly at?: (path: string) => string;
}

const named = operations.map(({ template }) => template).filter((path) => path.includes("{name}"));
const faults: readonly Fault[] = [
  { status: 400, templates: ["/v1/segment", "/v1/volumes"], init: noImage },
  { status: 400, templates: ["/v1/dice"], init: () => ({ body: new FormData() }) },
  { status: 400, templates: [infer, inferVersion], init: () => ({ body: "{}" }) },
  { status: 404, templates: ["/v1/segment", "/v1/volumes"], at: (path) => `${path}?model=none` },
  { status: 404, templates: named, at: (path) => path.replace("reference", "none") },
  {
    status: 404,
    templates: named.filter((path) => path.includes("{version}")),
    at: (path) => path.replace("1.0.0", "9"),
  },
  {
    status: 406,
    templates: ["/v1/segment", "/v1/volumes"],
    init: () => ({ headers: { Accept: "text/html" } }),
  },
  {
    status: 408,
    templates: posts,
    app: limited({ bodySeconds: 0.05 }),
    init: () => ({ body: stalled() }),
  },
  { status: 413, templates: posts, app: limited({ maxBodyBytes: 100, maxVolumeBytes: 100 }) },
  { status: 415, templates: ["/v1/segment", "/v1/dice"], init: () => ({ body: "no image" }) },
  {
    status: 415,
    templates: [infer, inferVersion],
    init: () => ({ headers: { "Content-Encoding": "br" } }),
  },
  { status: 429, templates: posts, app: limited({ maxRequests: 0 }) },
  { status: 429, templates: ["/v1/volumes"], app: limited({ maxVolumes: 0 }) },
  {
    status: 429,
    templates: ["/v1/segment", infer, inferVersion, ready, readyVersion],
    app: () => failing(new QueueFullError("at most 32 slices may wait", 7)),
  },
  {
    status: 500,
    templates: ["/v1/segment", infer, inferVersion, ready, readyVersion],
    app: () => failing(crash),
  },
  {
    status: 500,
    templates: ["/v1/volumes"],
    app: () => failing(crash),
    at: (path) => `${path}?output=json`,
  },
  { status: 500, templates: posts, app: () => decodingBy("./crashing_decoder.ts") },
  { status: 503, templates: ["/health/live", "/v2/health/live"], app: stuckThreads },
  { status: 503, templates: ["/health/ready", "/v2/health/ready"], app: () => failing(crash) },
  {
    status: 504,
    templates: ["/v1/segment", infer, inferVersion, ready, readyVersion],
    app: () => failing(new TimeLimitError("segment the slice", 30_000)),
  },
  { status: 504, templates: posts.filter((path) => path !== "/v1/volumes"), app: slow },
  { status: 504, templates: ["/v1/volumes"], app: slowVolume },
];

/** A request that is refused, and with what. */
export interface ProvokedError {
  readonly status: number;
  readonly operation: Operation;
  readonly path: string;
  readonly init: () => RequestInit;
  /** Of the app that refuses it. */
  readonly options: () => TestAppOptions;
}

/** One for each status of each operation, but for those that all have: 401, 429 over a limit, and 503 at the end. */
export const provokedErrors: readonly ProvokedError[] = faults.flatMap(
  ({ status, templates, app = () => ({}), init, at = (path) => path }) =>
    templates.map((template) => {
      const operation = operations.find((operation) => operation.template === template)!;
      return {
        status,
        operation,
        path: at(operation.path),
        init: () => ({ ...requestOf(operation), ...init?.() }),
        options: app,
      };
    }),
);
