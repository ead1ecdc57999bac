/**
 * Load on a server, and what it does to the answers.
 *
 * @module
 */

/** What came of a load. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  /** Milliseconds of each answer, ascending. */
  readonly latencies: readonly number[];
}

/**
 * Sends requests for a while, each client one after the other.
 *
 * @param send One request, to its end.
 */
export async function load(
  send: () => Promise<void>,
  { clients, seconds }: { readonly clients: number; readonly seconds: number },
): Promise<LoadResult> {
  const latencies: number[] = [];
  const start = performance.now(), end = start + 1000 * seconds;
  await Promise.all(Array.from({ length: clients }, async () => {
    while (performance.now() < end) {
      const sent = performance.now();
      await send();
      latencies.push(performance.now() - sent);
    }
  }));
  const elapsed = (performance.now() - start) / 1000;
  return {
    requestsPerSecond: latencies.length / elapsed,
    latencies: latencies.sort((a, b) => a - b),
  };
}

/** The latency that a share of the answers did not pass. */
export function percentileOf({ latencies }: LoadResult, rank: number): number {
  return latencies[Math.min(Math.ceil(latencies.length * rank / 100), latencies.length) - 1];
}
