import { type Context, Hono } from "hono";
import { etag } from "hono/etag";
import { parseAccept } from "hono/utils/accept";
import { getMimeType } from "hono/utils/mime";
import { assetPaths, type Assets, brotliSuffix } from "../assets.ts";

interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

async function readAsset(read: () => Promise<Uint8Array>): Promise<Asset> {
  const bytes = await read() as Uint8Array<ArrayBuffer>;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { bytes, etag: `"${digest.subarray(0, 16).toHex()}"` };
}

function takesBrotli(c: Context): boolean {
  const encodings = parseAccept(c.req.header("accept-encoding") ?? "");
  return encodings.some(({ type, q }) => type.toLowerCase() === "br" && q > 0);
}

/**
 * `/`, `/service_worker.js` and `/assets/...`: the page. Only paths that the assets list are ever answered, and each is
 * read once.
 * A browser asks again every time and is told when nothing changed, so that a new version is seen at once.
 *
 * @param loadAssets Called for the first request.
 */
export function pageRoutes(loadAssets: () => Promise<Assets>): Hono {
  let loading: Promise<Assets> | undefined;
  const held = new Map<string, Promise<Asset>>();

  function hold(path: string, read: () => Promise<Uint8Array>): Promise<Asset> {
    const known = held.get(path);
    if (known) return known;
    const asset = readAsset(read);
    held.set(path, asset);
    // A file that could not be read this time may be readable the next.
    asset.catch(() => held.delete(path));
    return asset;
  }

  async function answer(c: Context, path: string): Promise<Response> {
    loading ??= loadAssets();
    const assets = await loading;
    const compressed = assets.get(path + brotliSuffix);
    const encoded = compressed && takesBrotli(c);
    const read = encoded ? compressed : assets.get(path);
    if (!read) return c.notFound();
    const asset = await hold(encoded ? path + brotliSuffix : path, read);
    if (compressed) c.header("Vary", "Accept-Encoding");
    if (encoded) c.header("Content-Encoding", "br");
    return c.body(asset.bytes, 200, {
      "Content-Type": getMimeType(path) ?? "application/octet-stream",
      "Cache-Control": "no-cache",
      ETag: asset.etag,
    });
  }

  const routes = new Hono();
  routes.get("/", etag(), (c) => answer(c, assetPaths.index));
  routes.get(`/${assetPaths.serviceWorker}`, etag(), (c) => answer(c, assetPaths.serviceWorker));
  routes.get("/assets/*", etag(), (c) => answer(c, c.req.path.slice(1)));
  return routes;
}
