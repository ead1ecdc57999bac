/** Has the browser keep the page, so that it works without a network. */

/// <reference lib="dom" />

import { find } from "../dom.ts";
import type { KeepRequest } from "./keep_protocol.ts";

/** Whether the service worker keeps these files. */
function keep(worker: ServiceWorker, paths: readonly string[]): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>(),
    { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<boolean>) => {
    port1.close();
    resolve(data);
  };
  worker.postMessage({ paths } satisfies KeepRequest, [port2]);
  return promise;
}

/**
 * Keeps the page, and says so when it is done. Without a word where the browser does not keep pages: it does so only
 * for https and for this computer's own addresses, and not in every private window.
 *
 * @param paths What is in use beside the files that are kept from the first visit on.
 */
export async function keepPage(paths: readonly string[]): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("service_worker.js");
  } catch {
    return;
  }
  const { active } = await navigator.serviceWorker.ready;
  if (active && await keep(active, paths)) {
    find("offline", HTMLElement).textContent = "Works offline from now on.";
  }
}
