/**
 * `deno task bench:cluster`: what training in several processes costs. Every process of every cluster has one thread
 * and as many slices a step as the others, so that n processes have n times the work and n times the cores; on
 * this machine's loopback interface, in turns in one run.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { Command } from "commander";
import { parseChoice, parseNumber } from "../../shared/argument.ts";
import { type ClusterFigures, efficiencyLines } from "./cluster_efficiency.ts";
import { Contender } from "./contender.ts";

interface Options {
  readonly steps: number;
  readonly processes: number;
  readonly slices: number;
  readonly size: number;
  readonly features: number;
  readonly depth: number;
  readonly device: "cpu" | "cuda";
}

const tasks = {
  allreduce: "all-reduce of the gradient",
  own: "step",
  synchronised: "step, synchronised statistics",
} as const;

type Task = keyof typeof tasks;

function freeAddresses(count: number): string {
  const hostname = "127.0.0.1";
  const listeners = Array.from({ length: count }, () => Deno.listen({ hostname, port: 0 }));
  const addresses = listeners.map(({ addr }) => `${hostname}:${addr.port}`).join(",");
  for (const listener of listeners) listener.close();
  return addresses;
}

/** The processes of one cluster, which do every step together. */
class ClusterContender {
  readonly #members: readonly Contender[];
  #steps = 0;
  #processorSeconds = 0;

  constructor(readonly task: Task, readonly count: number, options: Options) {
    const { slices, size, features, depth, device } = options, addresses = freeAddresses(count);
    const script = `${import.meta.dirname}/cluster_step.ts`;
    this.#members = Array.from(
      { length: count },
      (_, rank) =>
        new Contender(`${tasks[task]}, ${count} processes`, Deno.execPath(), [
          "run",
          "--allow-all",
          script,
          task,
          addresses,
          ...[rank, slices, size, features, depth].map(String),
        ], { CUDA_VISIBLE_DEVICES: device === "cuda" ? String(rank) : "" }),
    );
  }

  /** One step of all processes that is not counted. */
  async warmUp(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.step()));
  }

  /** One step of all processes; the slowest one's time is the cluster's. */
  async step(): Promise<void> {
    const before = this.#used();
    const seconds = await Promise.all(this.#members.map((member) => member.step()));
    this.#members[0].record(Math.max(...seconds));
    this.#processorSeconds += this.#used() - before;
    this.#steps++;
  }

  figures(): ClusterFigures {
    const [first] = this.#members, { task, count } = this;
    return {
      task: tasks[task],
      processes: count,
      minimum: milliseconds(first.minimum()),
      median: milliseconds(first.median()),
      processor: milliseconds(this.#processorSeconds / this.#steps / count),
    };
  }

  stop(): void {
    for (const member of this.#members) member.stop();
  }

  #used(): number {
    return this.#members.reduce((sum, member) => sum + member.processorSeconds(), 0);
  }
}

function milliseconds(seconds: number): number {
  return Number((seconds * 1000).toPrecision(3));
}

function printFigures(clusters: readonly ClusterContender[]): void {
  const all = clusters.map((cluster) => cluster.figures());
  console.table(all);
  console.log(
    "minimum and median of a step, and the processor time of one process in it, in milliseconds",
  );
  for (const line of efficiencyLines(all)) console.log(line);
  console.log(
    "Efficiency is what one process takes over what n processes take for n times the slices; 1 would be " +
      "communication for nothing. The processes share this machine's memory and caches, and its cores with " +
      "whatever else runs: the processor time does not see the latter, nor time spent waiting.",
  );
}

async function run(options: Options): Promise<void> {
  // Read by TensorFlow in the processes that are started here.
  for (const pool of ["INTRAOP", "INTEROP"]) Deno.env.set(`TF_NUM_${pool}_THREADS`, "1");
  const { steps, processes, slices, size, features, depth } = options;
  const counts = [1, 2, 4, 8, 16].filter((count) => count <= processes);
  const clusters: ClusterContender[] = [];
  try {
    for (const task of Object.keys(tasks) as Task[]) {
      for (const count of counts) {
        if (task === "allreduce" && count === 1) continue;
        clusters.push(new ClusterContender(task, count, options));
      }
    }
    for (const cluster of clusters) await cluster.warmUp(); // first steps compile and allocate
    for (let step = 0; step < steps; step++) {
      for (const cluster of clusters) {
        // An all-reduce is over so soon that many fit in.
        const times = cluster.task === "allreduce" ? 20 : 1;
        for (let time = 0; time < times; time++) await cluster.step();
      }
    }
    console.log(
      `${slices} slices of ${size}x${size} a process, ${features} features, depth ${depth}, one thread a process, ` +
        `${steps} steps in turns`,
    );
    printFigures(clusters);
  } finally {
    for (const cluster of clusters) cluster.stop();
  }
}

const count = (name: string) => (text: string) =>
  parseNumber(name, text, { integer: true, minimum: 1 });

await new Command("bench:cluster")
  .description("Times training steps of clusters on this machine, one thread a process.")
  .option("--steps <n>", "counted steps of each", count("--steps"), 10)
  .option(
    "--processes <n>",
    "largest cluster; more than there are cores measure nothing",
    count("--processes"),
    availableParallelism(),
  )
  .option("--slices <n>", "slices a step of each process", count("--slices"), 4)
  .option("--size <n>", "height and width of a slice", count("--size"), 256)
  .option("--features <n>", "features at every level", count("--features"), 32)
  .option("--depth <n>", "encoder blocks", count("--depth"), 4)
  .option(
    "--device <name>",
    "what a process computes on: cpu, cuda (a GPU of its own)",
    (text) => parseChoice("--device", text, ["cpu", "cuda"]),
    "cpu",
  )
  .action(run)
  .parseAsync();
