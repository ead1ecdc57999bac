/** The app without a socket, around a service that needs no network. */

import { type AppOptions, createApp } from "../../../edge/app.ts";
import { createFakeService } from "./fake_service.ts";

/** An app with a page of two files. */
export function createTestApp(options: Partial<AppOptions> = {}) {
  const encode = (text: string) => new TextEncoder().encode(text);
  const assets = new Map([
    ["index.html", () => Promise.resolve(encode("<h1>page</h1>"))],
    ["assets/page.js", () => Promise.resolve(encode("plain"))],
    ["assets/page.js.br", () => Promise.resolve(encode("compressed"))],
  ]);
  return createApp({
    service: createFakeService(),
    loadAssets: () => Promise.resolve(assets),
    ...options,
  });
}

export interface Post {
  readonly headers?: Record<string, string>;
  readonly body?: BodyInit;
}

export function post(path: string, init: Post, app = createTestApp()) {
  return app.request(path, { method: "POST", ...init });
}

/** The error of an answer, which must be JSON with nothing else in it. */
export async function errorOf(response: Response): Promise<string> {
  const answer = await response.json();
  if (Object.keys(answer).join() !== "error") {
    throw new Error(`Not an error alone: ${JSON.stringify(answer)}`);
  }
  return answer.error;
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
