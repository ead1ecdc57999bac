/**
 * `deno task bench:edge`: the edge against ONNX Runtime, OpenVINO and PyTorch, from its start to its first mask, and
 * under load, all in one run. Contenders take turns, so that a machine that slows down slows all; what counts is the
 * ratios.
 *
 * @module
 */
import { Command } from "commander";
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { isNativeInstalled } from "../../edge/native/installation.ts";
import { parseNumber } from "../../shared/argument.ts";
import { readBytes, root, slicePath } from "../edge/support/files.ts";
import { Contender, processorSecondsOf } from "./contender.ts";
import { load, type LoadResult, percentileOf } from "./edge_load.ts";
import { peakMegabytes, startEdge } from "./edge_server.ts";
import { peersPython } from "./peers.ts";

const here = import.meta.dirname!;
const body = await readBytes(slicePath);

interface Options {
  readonly steps: number;
  readonly starts: number;
  readonly seconds: number;
}

function ours(name: string, what: string): Contender {
  return new Contender(name, Deno.execPath(), ["run", "--allow-all", `${here}/edge_step.ts`, what]);
}

function peer(name: string, threads: number): Contender {
  const model = fileURLToPath(new URL("edge/models/reference/model.onnx", root));
  const args = [`${here}/edge_step.py`, name, model, `${threads}`];
  return new Contender(name, peersPython, args);
}

async function raceLatency(steps: number): Promise<void> {
  const engines = ["wasm", ...(await isNativeInstalled() ? ["native"] : [])];
  await using servers = new AsyncDisposableStack();
  const own: Contender[] = [], pids = new Map<Contender, number>();
  for (const engine of engines) {
    const server = servers.use(await startEdge(engine, 1));
    const served = ours(`server, ${engine}`, server.url);
    // The work is the server's, not that of the client that waits for it.
    pids.set(served, server.pid);
    own.push(ours(`bare, ${engine}`, engine), served);
  }
  const contenders = [
    ...own,
    ...["onnxruntime", "openvino", "torch"].filter(isInstalled).map((name) => peer(name, 1)),
  ];
  try {
    for (const contender of contenders) {
      for (let step = 0; step < 3; step++) await contender.step();
    }
    const used = (contender: Contender) =>
      pids.has(contender) ? processorSecondsOf(pids.get(contender)!) : contender.processorSeconds();
    const before = contenders.map(used);
    for (let step = 0; step < steps; step++) {
      for (const contender of contenders) contender.record(await contender.step());
    }
    const processor = contenders.map((contender, index) =>
      1000 * (used(contender) - before[index]) / steps
    );
    console.log(
      "\nOne slice of 256x256, one thread; server: TIFF in, overlay PNG out, over a socket",
    );
    const [bare] = contenders;
    console.table(Object.fromEntries(contenders.map((contender, index) => [contender.name, {
      "minimum (ms)": Number((1000 * contender.minimum()).toFixed(1)),
      "median (ms)": Number((1000 * contender.median()).toFixed(1)),
      "processor (ms)": Number(processor[index].toFixed(1)),
      "median / bare, wasm": Number((contender.median() / bare.median()).toFixed(3)),
    }])));
    const [extra, least] = [
      contenders[1].median() - bare.median(),
      contenders[1].minimum() - bare.minimum(),
    ];
    const costs = [1000 * extra, 1000 * least, processor[1] - processor[0]].map((ms) =>
      ms.toFixed(1)
    );
    console.log(
      `the pipeline around the network costs ${costs[0]} ms by the medians, ${
        costs[1]
      } ms by the minima, ` +
        `${costs[2]} ms of processor time`,
    );
  } finally {
    for (const contender of contenders) contender.stop();
  }
}

/** What is missing is said, and left out. */
function isInstalled(module: string): boolean {
  const installed = spawnSync(peersPython, ["-c", `import ${module}`]).status === 0;
  if (!installed) console.log(`${module} is left out: run deno task bench:peers`);
  return installed;
}

function sendTo(url: string): () => Promise<void> {
  return async () => {
    const response = await fetch(`${url}v1/segment?model=reference`, { method: "POST", body });
    await response.bytes();
    if (!response.ok) throw new Error(`The server answered with status ${response.status}`);
  };
}

async function timeStart(starts: number): Promise<void> {
  const rows: Record<string, number>[] = [];
  for (let start = 0; start < starts; start++) {
    const began = performance.now();
    await using server = await startEdge("wasm", 1, false);
    await sendTo(server.url)();
    rows.push({
      "seconds to the first mask": Number(((performance.now() - began) / 1000).toFixed(3)),
      "peak memory (MB)": Math.round(peakMegabytes(server.pid)),
    });
  }
  console.log("\nFrom the start of the process to the first mask, one worker");
  console.table(rows);
}

/** Worker counts take turns, so that both see the machine in the same moods. */
async function raceWorkers(seconds: number): Promise<void> {
  const counts = [1, 2, 4, 8].filter((count) => count === 1 || count <= availableParallelism());
  const rounds = 3, results = new Map<number, LoadResult[]>(counts.map((count) => [count, []]));
  for (let round = 0; round < rounds; round++) {
    for (const count of counts) {
      await using server = await startEdge("wasm", count);
      const send = sendTo(server.url);
      await Promise.all(Array.from({ length: count }, send));
      results.get(count)!.push(await load(send, { clients: 2 * count, seconds }));
    }
  }
  console.log(`\nLoad of two clients a worker, ${rounds} rounds of ${seconds} s in turns`);
  console.table(Object.fromEntries(counts.map((count) => {
    const runs = results.get(count)!;
    const all: LoadResult = {
      requestsPerSecond: runs.reduce((sum, run) => sum + run.requestsPerSecond, 0) / rounds,
      latencies: runs.flatMap(({ latencies }) => latencies).sort((a, b) => a - b),
    };
    const p = (rank: number) => Math.round(percentileOf(all, rank));
    return [`${count} workers`, {
      "requests/s": Number(all.requestsPerSecond.toFixed(2)),
      "p50 (ms)": p(50),
      "p95 (ms)": p(95),
      "p99 (ms)": p(99),
    }];
  })));
  for (const count of counts.slice(1)) {
    const ratios = results.get(count)!.map((run, round) =>
      run.requestsPerSecond / results.get(1)![round].requestsPerSecond
    );
    console.log(`${count} workers / 1: ${ratios.map((ratio) => ratio.toFixed(2)).join(", ")}`);
  }
}

const count = (name: string) => (text: string) =>
  parseNumber(name, text, { integer: true, minimum: 1 });

await new Command("bench:edge")
  .description(
    "Times the edge against other engines (`deno task bench:peers`, `deno task setup:native`), its start, and load.",
  )
  .option("--steps <n>", "counted slices of each contender", count("--steps"), 20)
  .option("--starts <n>", "starts that are timed", count("--starts"), 5)
  .option("--seconds <n>", "seconds of load a round", count("--seconds"), 10)
  .action(async ({ steps, starts, seconds }: Options) => {
    await raceLatency(steps);
    await timeStart(starts);
    await raceWorkers(seconds);
  })
  .parseAsync();
