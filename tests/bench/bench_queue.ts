/**
 * `deno task bench:queue`: how long a cohort takes one worker, and two, by the clock, from the start of the command to
 * its end. Each worker keeps one core busy, as if each had a machine of its own; coordinator and server need theirs from
 * the same cores. In turns in one run, since the machine's speed changes; both workers are warm, and which of them works
 * alone, and whether one or two come first, changes from turn to turn. A turn in which other programs kept the cores busy
 * is told, and what it took is summed up apart: two workers need two cores for themselves.
 *
 * @module
 */
import { availableParallelism, tmpdir } from "node:os";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Command } from "commander";
import { median } from "../../train/evaluation/average.ts";
import { countParser, runCommand } from "../../train/terminal/command_line.ts";
import { type NatsServer, startServer } from "../train/support/nats_server.ts";
import { type CommandProcess, startCommand } from "../train/support/command_process.ts";
import { root } from "../train/support/run_command.ts";
import { machineProcessorTime, ownProcessorTime, processorTimeOf } from "./processor_time.ts";

const sample = join(root, "train/sample");
const model = join(root, "edge/models/reference");

/** Who works on a cohort. */
interface Crew {
  readonly server: NatsServer;
  readonly workers: readonly CommandProcess[];
}

/** How long a cohort took, and whose processor time. */
interface Timing {
  readonly seconds: number;
  /** Processor time in seconds of each worker, of the server, of whoever hands out, of all other programs. */
  readonly workers: readonly number[];
  readonly server: number;
  readonly coordinator: number;
  readonly others: number;
}

/** Processor time so far. */
async function processorTimes({ server, workers }: Crew) {
  return {
    workers: await Promise.all(workers.map(({ pid }) => processorTimeOf(pid))),
    server: await processorTimeOf(server.pid),
    own: await ownProcessorTime(),
    machine: await machineProcessorTime(),
  };
}

/** A cohort by those workers that are awake. */
async function timeCohort(crew: Crew, data: string, out: string): Promise<Timing> {
  const before = await processorTimes(crew), started = performance.now();
  const options = ["--queue", crew.server.url, "--model", model, "--out", out];
  const { code, stderr } = await startCommand("segment", ...options, data).ended;
  if (code !== 0) throw new Error(stderr);
  const seconds = (performance.now() - started) / 1000, after = await processorTimes(crew);
  const workers = after.workers.map((time, index) => time - before.workers[index]);
  const server = after.server - before.server, coordinator = after.own - before.own;
  const ours = workers.reduce((sum, time) => sum + time, server + coordinator);
  return { seconds, workers, server, coordinator, others: after.machine - before.machine - ours };
}

/** A worker that has its model loaded, while the others have a rest. */
async function warmWorker(
  { server, workers: others }: Crew,
  folder: string,
): Promise<CommandProcess> {
  for (const other of others) await rest(other);
  const worker = startCommand("worker", "--queue", server.url, "--cores", "1");
  await worker.line(/^Working/);
  const crew = { server, workers: [worker] };
  await timeCohort(crew, join(root, "tests/fixtures/slice.png"), join(folder, "warm"));
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

/** One worker's cohort and that of two, one after the other. */
interface Turn {
  readonly one: Timing;
  readonly two: Timing;
}

/** Other programs may keep so many cores busy in a turn that counts. */
const mostOthers = 0.1;

/** How many cores other programs kept busy. */
function coresOfOthers({ one, two }: Turn): number {
  return (one.others + two.others) / (one.seconds + two.seconds);
}

/** What was measured, in a line. */
function describe(name: string, { seconds, workers, server, coordinator, others }: Timing): string {
  const fixed = (time: number) => time.toFixed(1);
  return `${name} ${fixed(seconds)} s by the clock; processor time: workers ${
    workers.map(fixed).join(" + ")
  }, coordinator ${fixed(coordinator)}, server ${fixed(server)}, other programs ${fixed(others)}`;
}

async function takeTurn(crew: Crew, data: string, out: string, turn: number): Promise<Turn> {
  const resting = crew.workers[turn % 2];
  const alone = async () => {
    await rest(resting);
    const timing = await timeCohort(crew, data, join(out, `one-${turn}`));
    await wake(resting);
    return timing;
  };
  const together = () => timeCohort(crew, data, join(out, `two-${turn}`));
  if (turn % 2 === 0) return { one: await alone(), two: await together() };
  const two = await together();
  return { two, one: await alone() };
}

/** Least and median seconds of both, and their ratios. */
function printRatios(what: string, turns: readonly Turn[]): void {
  if (!turns.length) return console.log(`${what}: none`);
  const least = (times: readonly number[]) => Math.min(...times);
  const middle = (times: readonly number[]) => median(times)!;
  const ofBoth = (of: (times: readonly number[]) => number) => {
    const [one, two] = [turns.map(({ one }) => one.seconds), turns.map(({ two }) => two.seconds)]
      .map(of);
    return `${one.toFixed(1)} s and ${two.toFixed(1)} s, ratio ${(two / one).toFixed(2)}`;
  };
  const shares = turns.map(({ one, two }) => Math.max(...two.workers) / Math.max(...one.workers));
  console.log(
    `${what}: ${turns.length}\n` +
      `  by the clock, one worker and two, minimum: ${ofBoth(least)}\n` +
      `  by the clock, one worker and two, median: ${ofBoth(middle)}\n` +
      `  the busier of two workers took ${
        middle(shares).toFixed(2)
      } of one's processor time (median)`,
  );
}

async function run({ turns, times }: { turns: number; times: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "gliomap-"));
  const server = await startServer(join(folder, "nats"));
  const workers: CommandProcess[] = [], crew: Crew = { server, workers };
  try {
    const data = await linkCohort(folder, times), taken: Turn[] = [];
    workers.push(await warmWorker(crew, folder));
    workers.push(await warmWorker(crew, folder));
    for (let index = 0; index < turns; index++) {
      const turn = await takeTurn(crew, data, folder, index), others = coresOfOthers(turn);
      console.log(
        `${describe("one worker ", turn.one)}\n${describe("two workers", turn.two)}\n` +
          `other programs kept ${others.toFixed(2)} cores busy` +
          (others > mostOthers ? ": too many for this turn to count" : ""),
      );
      taken.push(turn);
    }
    const quiet = taken.filter((turn) => coresOfOthers(turn) <= mostOthers);
    console.log(`\n${4 * times} patients, ${availableParallelism()} cores`);
    printRatios(`turns with at most ${mostOthers} cores busy with other programs`, quiet);
    if (quiet.length < turns) printRatios("all turns, the busy ones too", taken);
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()));
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

await runCommand(
  new Command("bench:queue")
    .description(
      "Times a cohort by one worker of one core and by two, through a NATS server of its own.",
    )
    .option("--turns <n>", "how often", countParser("--turns"), 5)
    .option("--times <n>", "how often each of the four sample patients", countParser("--times"), 2)
    .action(run),
);
