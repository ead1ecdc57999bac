/** The app without a socket, around a model that needs no network. */

import assert from "node:assert/strict";
import type { SegmentationService } from "../../../edge/service.ts";
import { type AppOptions, createApp } from "../../../edge/app.ts";
import { createDecoders } from "../../../edge/decoding/decoders.ts";
import { startInlineThread } from "../../../edge/decoding/inline_thread.ts";
import { defaultLimits, type Limits } from "../../../edge/limits.ts";
import { createFakeModels, createFakeService } from "./fake_service.ts";
import { readBytes } from "./files.ts";

/** An app with a page of two files and its icon, and one model. */
export function createTestApp(
  { service = createFakeService(), limits: changes, ...options }: TestAppOptions = {},
) {
  const encode = (text: string) => new TextEncoder().encode(text);
  const assets = new Map([
    ["index.html", () => Promise.resolve(encode("<h1>page</h1>"))],
    ["assets/icon.svg", () => readBytes("edge/web/icon.svg")],
    ["assets/page.js", () => Promise.resolve(encode("plain"))],
    ["assets/page.js.br", () => Promise.resolve(encode("compressed"))],
  ]);
  const limits = { ...defaultLimits, ...changes };
  return createApp({
    limits,
    decoders: createDecoders({ start: startInlineThread, limits }),
    models: createFakeModels(service),
    loadAssets: () => Promise.resolve(assets),
    ...options,
  });
}

/** What the app is made of; a model of its own may stand for all models. */
export interface TestAppOptions extends Partial<Omit<AppOptions, "limits">> {
  readonly limits?: Partial<Limits>;
  readonly service?: SegmentationService;
}

export interface Post {
  readonly headers?: Record<string, string>;
  readonly body?: BodyInit;
}

export function post(path: string, init: Post, app = createTestApp()) {
  return app.request(path, { method: "POST", ...init });
}

/** The error of an answer, which must be JSON with nothing else in it but the notice. */
export async function errorOf(response: Response): Promise<string> {
  const { error, notice, ...rest } = await response.json();
  assert.deepEqual(rest, {});
  assert.equal(notice, "Not for clinical use.");
  return error;
}

/** Runs an action whose errors are logged, and gives the log beside its result. */
export async function withoutLog<Result>(action: () => Result | Promise<Result>) {
  const { error } = console;
  let log = "";
  console.error = (...values) => log += values.join(" ");
  try {
    return [await action(), log] as const;
  } finally {
    console.error = error;
  }
}
