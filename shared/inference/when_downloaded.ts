/**
 * Tells when a file has been downloaded by somebody else's code.
 *
 * @module
 */

/** The parts of Resource Timing that are used; neither Deno's types nor those of workers need have them. */
interface Timing {
  readonly PerformanceObserver?: {
    new (listener: (list: { getEntriesByName(name: string): readonly unknown[] }) => void): {
      observe(options: { readonly type: string; readonly buffered: boolean }): void;
      disconnect(): void;
    };
    readonly supportedEntryTypes: readonly string[];
  };
}

/**
 * Calls a function once this thread has downloaded a file, now or before, where the platform tells: browsers do
 * ([Resource Timing](https://www.w3.org/TR/resource-timing/)), Deno does not. So whoever fetches it may go on to
 * compile it as it comes.
 *
 * @param address Where it is downloaded from, whole.
 * @returns Ends the waiting.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const end = whenDownloaded("https://example.org/network.wasm", () => assert.fail("nobody asked for it"));
 * end();
 * ```
 */
export function whenDownloaded(address: string, tell: () => void): () => void {
  const { PerformanceObserver } = globalThis as Timing;
  if (!PerformanceObserver?.supportedEntryTypes.includes("resource")) return () => {};
  const observer = new PerformanceObserver((list) => {
    if (list.getEntriesByName(address).length === 0) return;
    observer.disconnect();
    tell();
  });
  observer.observe({ type: "resource", buffered: true });
  return () => observer.disconnect();
}
