/**
 * Load on servers with one worker, and with more.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { median } from "../../train/evaluation/average.ts";
import { barLine } from "./bar.ts";
import { load, type LoadResult, percentileOf } from "./edge_load.ts";
import { sendTo, startEdge } from "./edge_server.ts";

const rounds = 3;

function summed(runs: readonly LoadResult[]): LoadResult {
  return {
    requestsPerSecond: runs.reduce((sum, run) => sum + run.requestsPerSecond, 0) / runs.length,
    latencies: runs.flatMap(({ latencies }) => latencies).sort((a, b) => a - b),
  };
}

function rowOf(runs: readonly LoadResult[]) {
  const all = summed(runs), p = (rank: number) => Math.round(percentileOf(all, rank));
  return {
    "requests/s": Number(all.requestsPerSecond.toFixed(2)),
    "p50 (ms)": p(50),
    "p95 (ms)": p(95),
    "p99 (ms)": p(99),
  };
}

/** Prints how much each number of workers serves. They take turns, so that all see the machine in the same moods. */
export async function raceWorkers(model: string, seconds: number): Promise<void> {
  const counts = [1, 2, 4, 8].filter((count) => count === 1 || count <= availableParallelism());
  const results = new Map<number, LoadResult[]>(counts.map((count) => [count, []]));
  for (let round = 0; round < rounds; round++) {
    for (const count of counts) {
      await using server = await startEdge("wasm", count);
      const send = sendTo(server.url, model);
      await Promise.all(Array.from({ length: count }, send));
      results.get(count)!.push(await load(send, { clients: 2 * count, seconds }));
    }
  }
  console.log(`\n${model}: two clients a worker, ${rounds} rounds of ${seconds} s in turns`);
  console.table(
    Object.fromEntries(counts.map((count) => [`${count} workers`, rowOf(results.get(count)!)])),
  );
  for (const count of counts.slice(1)) {
    const ratios = results.get(count)!.map((run, round) =>
      run.requestsPerSecond / results.get(1)![round].requestsPerSecond
    );
    console.log(`${count} workers / 1: ${ratios.map((ratio) => ratio.toFixed(2)).join(", ")}`);
    if (count !== 2) continue;
    const value = median(ratios)!;
    console.log(
      barLine({ what: `${model}, two workers / one, median`, value, limit: 1.8, atLeast: true }),
    );
  }
}
