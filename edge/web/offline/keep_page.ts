/** Has the browser keep the page, so that it works without a network. */

/// <reference lib="dom" />

import { find } from "../dom.ts";

/**
 * Keeps the page, and says so when it is done. Without a word where the browser does not keep pages: it does so only
 * for https and for this computer's own addresses, and not in every private window.
 */
export async function keepPage(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("service_worker.js");
  } catch {
    return;
  }
  await navigator.serviceWorker.ready;
  find("offline", HTMLElement).textContent = "Works offline from now on.";
}
