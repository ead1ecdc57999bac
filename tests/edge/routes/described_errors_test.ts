/** Every error that /openapi.json describes is provoked, and none that comes is missing there. */

import assert from "node:assert/strict";
import { limitRequests } from "../../../edge/access/limit_requests.ts";
import { createMemoryStore } from "../../../edge/access/limit_store.ts";
import { createToken } from "../../../edge/access/tokens.ts";
import { createDecoders } from "../../../edge/decoding/decoders.ts";
import { startThread } from "../../../edge/decoding/thread.ts";
import { createDrain } from "../../../edge/drain.ts";
import { defaultLimits, type Limits } from "../../../edge/limits.ts";
import { maskToPng } from "../../../shared/image/encode_png.ts";
import { QueueFullError, TimeLimitError } from "../../../shared/inference/pool_error.ts";
import { check, document } from "../support/described_answers.ts";
import { createFakeModels, createFakeService } from "../support/fake_service.ts";
import { readBytes, slicePath } from "../support/files.ts";
import { createTestApp, withoutLog } from "../support/test_app.ts";

interface Operation {
  readonly method: string;
  /** The address in the document, and one that it stands for. */
  readonly template: string;
  readonly path: string;
  readonly statuses: readonly number[];
  readonly isSecured: boolean;
}

interface Described {
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

const operations: readonly Operation[] = Object.entries<Record<string, Described>>(document.paths)
  .flatMap(([template, item]) =>
    Object.entries(item).map(([method, { responses, security }]) => ({
      method: method.toUpperCase(),
      template,
      path: template.replace("{name}", "reference").replace("{version}", "1.0.0"),
      statuses: Object.keys(responses).map(Number),
      isSecured: security?.some((scheme) => "bearer" in scheme) ?? false,
    }))
  );

const tiff = await readBytes(slicePath);
const gray = maskToPng({ data: new Uint8Array(4), shape: [2, 2] });

function formOf(...names: string[]): FormData {
  const form = new FormData();
  for (const name of names) form.append(name, new File([gray], `${name}.png`));
  return form;
}

const infer = "/v2/models/{name}/infer",
  inferVersion = "/v2/models/{name}/versions/{version}/infer";
const ready = "/v2/models/{name}/ready",
  readyVersion = "/v2/models/{name}/versions/{version}/ready";
const tensor = { name: "image", datatype: "FP32", shape: [1, 3, 8, 8], data: Array(192).fill(0) };
const inferBody = () => JSON.stringify({ inputs: [tensor] });

/** What each address answers with 200. */
const bodies: Readonly<Record<string, () => BodyInit>> = {
  "/v1/segment": () => tiff,
  "/v1/volumes": () => formOf("P_1", "P_2"),
  "/v1/dice": () => formOf("prediction", "reference"),
  [infer]: inferBody,
  [inferVersion]: inferBody,
};
const posts = Object.keys(bodies);

/** Asks an operation as it should be asked, but for what is said. */
async function ask(
  { method, template, path }: Pick<Operation, "method" | "template" | "path">,
  app = createTestApp(),
  init: RequestInit = {},
): Promise<number> {
  return await check(path, { method, body: bodies[template]?.(), ...init }, template, app);
}

function createGuarded(limits: { readonly hasTokens?: boolean; readonly perMinute?: number }) {
  const { sha256 } = createToken(), { hasTokens, perMinute = 0 } = limits;
  const entry = { name: "someone", sha256, perMinute: 1, perDay: 1 };
  return createTestApp({
    middlewares: [limitRequests({
      tokens: hasTokens ? [entry] : [],
      perMinute,
      trustedProxies: [],
      store: createMemoryStore(),
      onStoreError: (error) => assert.fail(String(error)),
    })],
  });
}

for (const operation of operations) {
  const { method, template, path, statuses, isSecured } = operation;
  Deno.test(`${method} ${template} needs a token and counts, or neither, as /openapi.json says`, async () => {
    assert.equal(await ask(operation, createGuarded({ hasTokens: true })), isSecured ? 401 : 200);
    const counting = createGuarded({ perMinute: 1 });
    await (await counting.request("/v1/models")).body?.cancel();
    assert.equal(await ask(operation, counting), isSecured ? 429 : 200);
    assert.equal(statuses.includes(401), isSecured);
  });

  Deno.test(`${method} ${template} refuses when the server ends, or does not, as /openapi.json says`, async () => {
    const drain = createDrain();
    void drain.begin();
    // These two are 503 for another reason.
    const staysOpen = /health\/live$/.test(path) || !statuses.includes(503);
    assert.equal(await ask(operation, createTestApp({ drain })), staysOpen ? 200 : 503);
  });
}

/** Models that fail in this way whatever they are asked. */
function failing(error: Error) {
  const fail = () => Promise.reject(error);
  return createTestApp({
    service: createFakeService({ segment: fail, run: fail, warmUp: fail, ready: false }),
  });
}

/** Threads that run a script. */
function decodingBy(script: string, changes: Partial<Limits> = {}) {
  const limits = { ...defaultLimits, ...changes };
  const start = () => startThread(new URL(script, import.meta.url));
  return createTestApp({ decoders: createDecoders({ start, limits }) });
}

const limited = (limits: Partial<Limits>) => () => createTestApp({ limits });
const crash = new Error("crash");
const stalled = () => new ReadableStream({ start: (controller) => controller.enqueue(tiff) });
const noImage = () => ({ body: "no image", headers: { "Content-Type": "image/tiff" } });
const slow = () => decodingBy("../support/slow_decoder.ts", { decodeSeconds: 0.001 });
const slowVolume = () => decodingBy("../support/slow_decoder.ts", { volumeSeconds: 0.001 });

function stuckApp() {
  const models = createFakeModels(createFakeService());
  return createTestApp({ models: { ...models, load: { ...models.load, stuck: true } } });
}

interface Fault {
  readonly status: number;
  readonly templates: readonly string[];
  readonly app?: () => ReturnType<typeof createTestApp>;
  readonly init?: () => RequestInit;
  /** Makes another address of that which is answered. */
  readonly at?: (path: string) => string;
}

const named = operations.map(({ template }) => template).filter((path) => path.includes("{name}"));
const faults: readonly Fault[] = [
  { status: 400, templates: ["/v1/segment", "/v1/volumes"], init: noImage },
  { status: 400, templates: ["/v1/dice"], init: () => ({ body: formOf("reference") }) },
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
  { status: 500, templates: posts, app: () => decodingBy("../support/crashing_decoder.ts") },
  { status: 503, templates: ["/health/live", "/v2/health/live"], app: stuckApp },
  { status: 503, templates: ["/health/ready", "/v2/health/ready"], app: () => failing(crash) },
  {
    status: 504,
    templates: ["/v1/segment", infer, inferVersion, ready, readyVersion],
    app: () => failing(new TimeLimitError("segment the slice", 30_000)),
  },
  { status: 504, templates: posts.filter((path) => path !== "/v1/volumes"), app: slow },
  { status: 504, templates: ["/v1/volumes"], app: slowVolume },
];

for (const { status, templates, app, init, at } of faults) {
  for (const template of templates) {
    const operation = operations.find((operation) => operation.template === template)!;
    const path = at ? at(operation.path) : operation.path;
    Deno.test(`${operation.method} ${path} answers ${status} as /openapi.json describes it`, async () => {
      const [answered] = await withoutLog(() => ask({ ...operation, path }, app?.(), init?.()));
      assert.equal(answered, status);
    });
  }
}

Deno.test("/openapi.json describes no error that nobody has seen", () => {
  /** Of all addresses at once, above. */
  const ofAll = [200, 401, 503];
  for (const { method, template, statuses, isSecured } of operations) {
    const seen = faults.filter(({ templates }) => templates.includes(template))
      .map(({ status }) => status);
    const all = new Set([...seen, ...ofAll, ...isSecured ? [429] : []]);
    assert.deepEqual(statuses.filter((status) => !all.has(status)), [], `${method} ${template}`);
  }
});
