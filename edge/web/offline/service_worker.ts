/**
 * The service worker: keeps the page, so that it works without a network after the first visit. The network is asked
 * first, as a new version is to be seen at once; where it does not answer, everything comes from the one version that
 * is kept, whose files are known to be of one build by their hashes.
 *
 * What is large and not everybody needs (the engine for GPUs, the 3D view, all models but the default) is kept once it
 * has been used, or when the page asks for it; a new version takes over what has not changed. Requests to the API pass
 * untouched.
 */

import type { KeepRequest } from "./keep_protocol.ts";

/** Put in by the build: what tells this version from others. */
declare const VERSION: string;
/** Put in by the build: the files that are kept from the first visit, with their hashes as `integrity` takes them. */
declare const FILES: Readonly<Record<string, string>>;
/** Put in by the build: those that are kept once they have been used. */
declare const KEEPABLE: Readonly<Record<string, string>>;

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

interface KeepEvent extends ExtendableEvent {
  readonly data: KeepRequest;
  readonly ports: readonly MessagePort[];
}

interface WorkerScope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
  addEventListener(type: "message", listener: (event: KeepEvent) => void): void;
}

const scope = globalThis as unknown as WorkerScope;

/** Other pages of this host may keep things too. */
const prefix = `gliomap ${scope.registration.scope} `;
const name = prefix + VERSION;

/** Fails where a file cannot be had, or is not of this build. */
async function fetchInto(cache: Cache, path: string, integrity: string): Promise<void> {
  const response = await fetch(path, { cache: "no-cache", integrity });
  if (!response.ok) throw new Error(`Cannot keep ${path}: status ${response.status}`);
  await cache.put(path, response);
}

/** Fails, and is tried again with the next visit, where a file is not of this build. */
async function keepFiles(): Promise<void> {
  const cache = await caches.open(name);
  await Promise.all(
    Object.entries(FILES).map(([path, integrity]) => fetchInto(cache, path, integrity)),
  );
}

/** What the page has used before there was anybody to keep it. */
async function keepAsked({ paths }: KeepRequest): Promise<void> {
  const cache = await caches.open(name);
  for (const path of paths) {
    if (KEEPABLE[path] && !await cache.match(path)) await fetchInto(cache, path, KEEPABLE[path]);
  }
}

async function takeOver(other: string): Promise<void> {
  const [from, to] = await Promise.all([caches.open(other), caches.open(name)]);
  for (const path of Object.keys(KEEPABLE)) {
    const kept = await from.match(path);
    if (kept) await keep(to, path, kept);
  }
  await caches.delete(other);
}

async function takeOverOtherVersions(): Promise<void> {
  const others = (await caches.keys()).filter((key) => key.startsWith(prefix) && key !== name);
  await Promise.all(others.map(takeOver));
}

/** A file of the page by its path from the page, or undefined for what is none. */
function pathOf({ method, url }: Request): string | undefined {
  if (method !== "GET" || !url.startsWith(scope.registration.scope)) return undefined;
  const path = new URL(url).pathname.slice(new URL(scope.registration.scope).pathname.length);
  if (path === "" || path === "index.html") return "./";
  return path.startsWith("assets/") ? path : undefined;
}

async function answer(event: FetchEvent, path: string): Promise<Response> {
  const cache = await caches.open(name);
  try {
    const response = await fetch(event.request);
    if (response.status < 500) {
      if (response.status === 200) event.waitUntil(keep(cache, path, response.clone()));
      return response;
    }
    return await cache.match(path) ?? response;
  } catch (error) {
    const kept = await cache.match(path);
    if (kept) return kept;
    throw error;
  }
}

async function integrityOf(response: Response): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}

/** Keeps what is to be kept once it has been used, and is of this build. */
async function keep(cache: Cache, path: string, response: Response): Promise<void> {
  if (!KEEPABLE[path] || await cache.match(path)) return;
  if (await integrityOf(response.clone()) === KEEPABLE[path]) await cache.put(path, response);
}

scope.addEventListener("install", (event) => {
  event.waitUntil(keepFiles().then(() => scope.skipWaiting()));
});
scope.addEventListener("activate", (event) => {
  event.waitUntil(takeOverOtherVersions().then(() => scope.clients.claim()));
});
scope.addEventListener("fetch", (event) => {
  const path = pathOf(event.request);
  if (path !== undefined) event.respondWith(answer(event, path));
});
scope.addEventListener("message", (event) => {
  const tell = (kept: boolean) => event.ports[0].postMessage(kept);
  event.waitUntil(keepAsked(event.data).then(() => tell(true), () => tell(false)));
});
