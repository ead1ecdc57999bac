/** Starts real processes of a cluster on this machine's loopback interface, and ends them whatever happens. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { gpuOf } from "../support/gpus.ts";
import { commandEnvironment, root } from "../support/run_command.ts";
import type { ProcessOptions } from "./training_process.ts";

const script = fileURLToPath(new URL("./training_process.ts", import.meta.url));

/** How a process ended. */
export interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** When it ended, in milliseconds. */
  readonly time: number;
}

/** A process that runs. */
export interface StartedProcess {
  readonly pid: number;
  /** Fulfilled once it has printed `text`, on either stream. */
  printed(text: string): Promise<void>;
  kill(signal: Deno.Signal): void;
  readonly ending: Promise<Ending>;
}

/** One of the processes of a cluster. */
export interface TrainingProcess extends StartedProcess {
  /** The address others know it by. */
  readonly address: string;
}

/** Addresses of free ports, `HOST:PORT,HOST:PORT`. */
export function freeCluster(size: number): string {
  const listeners = Array.from(
    { length: size },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const addresses = listeners.map(({ addr }) => `${addr.hostname}:${addr.port}`);
  for (const listener of listeners) listener.close();
  return addresses.join(",");
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest) yield rest;
}

/**
 * Runs a module of the repository. Whoever starts it has to kill it, too.
 *
 * @param env What its environment has beside that of all commands.
 */
export function startModule(
  env: Readonly<Record<string, string>>,
  path: string,
  ...args: string[]
): StartedProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", path, ...args],
    cwd: root,
    env: { ...commandEnvironment, ...env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const printed = { stdout: "", stderr: "" }, news = new EventTarget();
  const collect = async (name: "stdout" | "stderr") => {
    for await (const line of linesOf(child[name])) {
      printed[name] += `${line}\n`;
      news.dispatchEvent(new Event("line"));
    }
  };
  let ended = false;
  const end = async (): Promise<Ending> => {
    const [{ code }] = await Promise.all([child.status, collect("stdout"), collect("stderr")]);
    // Before those are woken who wait for a line that did not come: they would wait for ever.
    ended = true;
    news.dispatchEvent(new Event("line"));
    return { code, ...printed, time: performance.now() };
  };
  const ending = end();
  return {
    pid: child.pid,
    async printed(text) {
      while (!(printed.stdout + printed.stderr).includes(text)) {
        if (ended) throw new Error(`the process never printed ${text}, but ${printed.stderr}`);
        await new Promise((resolve) => news.addEventListener("line", resolve, { once: true }));
      }
    },
    kill(signal) {
      if (!ended) child.kill(signal);
    },
    ending,
  };
}

/** Seconds that processes wait for each other unless a test says else: many on a busy machine start slowly. */
export const patience = 300;

function start(options: ProcessOptions): TrainingProcess {
  const addresses = options.cluster.split(","), { rank } = options;
  const env = gpuOf(rank, addresses.length);
  return {
    address: addresses[rank],
    ...startModule(env, script, JSON.stringify({ startSeconds: patience, ...options })),
  };
}

/** Starts `train`, or a script that has its options too, as one of the processes of a cluster. */
export function startTraining(
  cluster: string,
  rank: number,
  options: readonly string[],
  [path, ...args]: readonly string[] = ["train/commands/train.ts"],
): StartedProcess {
  const place = ["--cluster", cluster, "--rank", String(rank)];
  const env = gpuOf(rank, cluster.split(",").length), wait = ["--start-seconds", String(patience)];
  return startModule(env, path, ...args, ...options, ...place, ...wait);
}

/** Starts `train`, or a script as above, as a cluster, with a process for each rank's options. */
export function startTogether(
  each: readonly (readonly string[])[],
  script?: readonly string[],
): StartedProcess[] {
  const cluster = freeCluster(each.length);
  return each.map((options, rank) => startTraining(cluster, rank, options, script));
}

/** Trains in a cluster to the end; it is an error of the test when that is not a good one. */
export async function trainWell(
  size: number,
  options: readonly string[],
  script?: readonly string[],
): Promise<Ending[]> {
  const processes = startTogether(Array(size).fill(options), script);
  try {
    const endings = await Promise.all(processes.map(({ ending }) => ending));
    for (const { code, stderr } of endings) assert.equal(code, 0, stderr);
    return endings;
  } finally {
    await killAll(processes);
  }
}

/** Ends processes, should they still run. */
export async function killAll(processes: readonly StartedProcess[]): Promise<void> {
  for (const process of processes) process.kill("SIGKILL");
  await Promise.all(processes.map(({ ending }) => ending));
}

/** Runs `test` with processes for the ranks whose options are given; none is left when it is over. */
export async function withProcesses(
  each: readonly Partial<ProcessOptions>[],
  test: (processes: TrainingProcess[]) => Promise<void>,
  cluster = freeCluster(each.length),
): Promise<void> {
  const processes = each.map((options, rank) => start({ cluster, rank, ...options }));
  try {
    await test(processes);
  } finally {
    await killAll(processes);
  }
}

/** Runs `size` processes with the same options to their end. */
export async function runProcesses(
  size: number,
  options: Partial<ProcessOptions> = {},
): Promise<Ending[]> {
  let endings: Ending[] = [];
  await withProcesses(Array(size).fill(options), async (processes) => {
    endings = await Promise.all(processes.map(({ ending }) => ending));
  });
  return endings;
}
