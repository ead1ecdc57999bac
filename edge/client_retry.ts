/**
 * Asking again where a server is busy.
 *
 * @module
 */

/** How patient a client is. */
export interface RetryOptions {
  /** How often it asks again after "too many requests" (429) and "not ready" (503). @default 5 */
  readonly retries?: number;
  /** Longest wait before it asks again, in seconds; where the server asks for more, it gives up. @default 60 */
  readonly longestWait?: number;
  /** Sends a request. @default `fetch` */
  readonly fetch?: typeof fetch;
  /** Waits, unless the signal aborts. */
  readonly wait?: (milliseconds: number, signal?: AbortSignal | null) => Promise<void>;
}

const busy: readonly number[] = [429, 503];

/**
 * A `fetch` that asks again when `Retry-After` says so, or after half a second, one, two and so on where the server
 * does not say. All that is sent to this API may be sent twice, as it changes nothing there. What is left when it gives
 * up is the server's last answer. Rejects as `fetch` does, and with the signal's reason while it waits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const busy = new Response(null, { status: 429, headers: { "Retry-After": "2" } });
 * const answers = [busy, new Response("done")], waits: number[] = [];
 * const patient = retryingFetch({
 *   fetch: () => Promise.resolve(answers.shift()!),
 *   wait: async (milliseconds) => void waits.push(milliseconds),
 * });
 * assert.equal(await (await patient("http://127.0.0.1:8000/v1/models")).text(), "done");
 * assert.deepEqual(waits, [2000]);
 * ```
 */
export function retryingFetch(
  { retries = 5, longestWait = 60, fetch = globalThis.fetch, wait = waitFor }: RetryOptions = {},
): typeof fetch {
  return async (input, init) => {
    for (let attempt = 0;; attempt++) {
      const response = await fetch(input, init);
      if (!busy.includes(response.status) || attempt >= retries) return response;
      const milliseconds = retryAfter(response) ?? 500 * 2 ** attempt;
      if (milliseconds > 1000 * longestWait) return response;
      await response.body?.cancel();
      await wait(milliseconds, init?.signal);
    }
  };
}

/** Seconds, or a date, as RFC 9110 has it; undefined where it says neither. */
function retryAfter({ headers }: Response): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  const milliseconds = /^\d+$/.test(text) ? 1000 * Number(text) : Date.parse(text) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(milliseconds, 0);
}

function waitFor(milliseconds: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
