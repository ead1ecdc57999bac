/**
 * A load at a steady rate, whatever the answers take. wrk waits for an answer before it sends the next request, so that a
 * server which is slow gets less of it, and tells no times of those that were served alone; this one does.
 */

/** One request as it went. */
export interface Answer {
  readonly status: number;
  readonly milliseconds: number;
  /** Whether a refusal says when to come back. */
  readonly retryAfter: boolean;
}

/** Sends a request to its end. */
export type Send = () => Promise<Answer>;

/** A function that sends one file again and again. A request that gets no answer has the status 0. */
export function createSend(url: URL, body: Uint8Array<ArrayBuffer>): Send {
  return async () => {
    const start = performance.now();
    try {
      const response = await fetch(url, { method: "POST", body });
      await response.bytes();
      const retryAfter = response.headers.has("retry-after");
      return { status: response.status, milliseconds: performance.now() - start, retryAfter };
    } catch {
      return { status: 0, milliseconds: performance.now() - start, retryAfter: false };
    }
  };
}

/** Answers a second that clients get who wait for each before they ask again. */
export async function measureCapacity(
  send: Send,
  { clients, requests }: { readonly clients: number; readonly requests: number },
): Promise<number> {
  let left = requests;
  const start = performance.now();
  await Promise.all(Array.from({ length: clients }, async () => {
    while (left-- > 0) await send();
  }));
  return 1000 * requests / (performance.now() - start);
}

export interface SteadyLoad {
  readonly perSecond: number;
  readonly requests: number;
  /** Told before each request, by its number. */
  readonly onRequest?: (index: number) => void;
}

/** Sends requests at a steady rate, and waits for all answers. */
export async function loadSteadily(send: Send, load: SteadyLoad) {
  const answers: Promise<Answer>[] = [], start = performance.now();
  for (let index = 0; index < load.requests; index++) {
    const due = start + 1000 * index / load.perSecond, wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    load.onRequest?.(index);
    answers.push(send());
  }
  const all = await Promise.all(answers);
  return { answers: all, seconds: (performance.now() - start) / 1000 };
}
