/**
 * `deno task bench:queue`: how long a cohort takes one worker, and two. Each worker keeps one core busy, as if each had
 * a machine of its own. In turns in one run, since the machine's speed changes; both workers are warm.
 *
 * @module
 */
import { availableParallelism, tmpdir } from "node:os";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Command } from "commander";
import { countParser, runCommand } from "../../train/terminal/command_line.ts";
import { startServer } from "../train/support/nats_server.ts";
import { type CommandProcess, startCommand } from "../train/support/command_process.ts";
import { root } from "../train/support/run_command.ts";

const sample = join(root, "train/sample");
const model = join(root, "edge/models/reference");

/** Seconds that a cohort takes the workers that there are. */
async function timeCohort(url: string, data: string, out: string): Promise<number> {
  const started = performance.now();
  const segment = startCommand("segment", "--queue", url, "--model", model, "--out", out, data);
  const { code, stderr } = await segment.ended;
  if (code !== 0) throw new Error(stderr);
  return (performance.now() - started) / 1000;
}

/** A worker that has its model loaded, while the others have a rest. */
async function warmWorker(
  url: string,
  folder: string,
  others: readonly CommandProcess[],
): Promise<CommandProcess> {
  for (const other of others) await rest(other);
  const worker = startCommand("worker", "--queue", url, "--cores", "1");
  await worker.line(/^Working/);
  await timeCohort(url, join(root, "tests/fixtures/slice.png"), join(folder, "warm"));
  for (const other of others) await wake(other);
  return worker;
}

/** Longer than the server keeps a worker's request for a patient. */
const moment = 3000;

/** Stops a worker that has nothing to do, until it is out of the server's books. */
async function rest(worker: CommandProcess): Promise<void> {
  Deno.kill(worker.pid, "SIGSTOP");
  await setTimeout(moment);
}

/** Lets it go on, until it has asked for a patient. */
async function wake(worker: CommandProcess): Promise<void> {
  Deno.kill(worker.pid, "SIGCONT");
  await setTimeout(moment);
}

/** Every sample patient as often as is asked, under names of their own. */
async function linkCohort(folder: string, times: number): Promise<string> {
  const data = join(folder, "data");
  await Deno.mkdir(data);
  for await (const { name, isDirectory } of Deno.readDir(sample)) {
    if (!isDirectory) continue;
    for (let i = 0; i < times; i++) {
      const patient = `${name}_${i}`;
      await Deno.mkdir(join(data, patient));
      for await (const file of Deno.readDir(join(sample, name))) {
        const copy = file.name.replace(name, patient);
        await symlink(join(sample, name, file.name), join(data, patient, copy));
      }
    }
  }
  return data;
}

async function run({ turns, times }: { turns: number; times: number }): Promise<void> {
  const load = Deno.loadavg()[0];
  const folder = await mkdtemp(join(tmpdir(), "gliomap-"));
  const server = await startServer(join(folder, "nats"));
  const all: CommandProcess[] = [];
  try {
    const data = await linkCohort(folder, times);
    all.push(await warmWorker(server.url, folder, all));
    all.push(await warmWorker(server.url, folder, all));
    const ratios: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      await rest(all[1]);
      const one = await timeCohort(server.url, data, join(folder, `one-${turn}`));
      await wake(all[1]);
      const two = await timeCohort(server.url, data, join(folder, `two-${turn}`));
      ratios.push(two / one);
      console.log(
        `one worker ${one.toFixed(1)} s, two ${two.toFixed(1)} s: ratio ${(two / one).toFixed(2)}`,
      );
    }
    ratios.sort((a, b) => a - b);
    console.log(
      `median ratio ${
        ratios[Math.floor(ratios.length / 2)].toFixed(2)
      } on ${availableParallelism()} cores, ` +
        `load before ${load.toFixed(1)}; ${4 * times} patients`,
    );
  } finally {
    await Promise.all(all.map((worker) => worker.kill()));
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

await runCommand(
  new Command("bench:queue")
    .description(
      "Times a cohort by one worker of one core and by two, through a NATS server of its own.",
    )
    .option("--turns <n>", "how often", countParser("--turns"), 3)
    .option("--times <n>", "how often each of the four sample patients", countParser("--times"), 2)
    .action(run),
);
