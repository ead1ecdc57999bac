/**
 * The service worker: keeps the page, so that it works without a network after the first visit. The network is asked
 * first, as a new version is to be seen at once; where it does not answer, everything comes from the one version that
 * is kept, whose files are known to be of one build by their hashes.
 *
 * What is large and few need (the engine for GPUs, the 3D view) is kept once it has been used. Requests to the API pass
 * untouched.
 */

/** Put in by the build: what tells this version from others. */
declare const VERSION: string;
/** Put in by the build: the files that are kept from the first visit, with their hashes as `integrity` takes them. */
declare const FILES: Readonly<Record<string, string>>;

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

interface WorkerScope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
}

const scope = globalThis as unknown as WorkerScope;

/** Other pages of this host may keep things too. */
const prefix = `gliomap ${scope.registration.scope} `;
const name = prefix + VERSION;

/** Fails, and is tried again with the next visit, where a file is not of this build. */
async function keepFiles(): Promise<void> {
  const cache = await caches.open(name);
  await Promise.all(
    Object.entries(FILES).map(async ([path, integrity]) => {
      const response = await fetch(path, { cache: "no-cache", integrity });
      if (!response.ok) throw new Error(`Cannot keep ${path}: status ${response.status}`);
      await cache.put(path, response);
    }),
  );
}

async function forgetOtherVersions(): Promise<void> {
  const others = (await caches.keys()).filter((key) => key.startsWith(prefix) && key !== name);
  await Promise.all(others.map((key) => caches.delete(key)));
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
      if (response.ok && !(path in FILES)) event.waitUntil(keep(cache, path, response.clone()));
      return response;
    }
    return await cache.match(path) ?? response;
  } catch (error) {
    const kept = await cache.match(path);
    if (kept) return kept;
    throw error;
  }
}

async function keep(cache: Cache, path: string, response: Response): Promise<void> {
  if (response.status === 200 && !await cache.match(path)) await cache.put(path, response);
}

scope.addEventListener("install", (event) => {
  event.waitUntil(keepFiles().then(() => scope.skipWaiting()));
});
scope.addEventListener("activate", (event) => {
  event.waitUntil(forgetOtherVersions().then(() => scope.clients.claim()));
});
scope.addEventListener("fetch", (event) => {
  const path = pathOf(event.request);
  if (path !== undefined) event.respondWith(answer(event, path));
});
