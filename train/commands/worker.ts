/**
 * `deno task worker`: segments and measures patients that `deno task segment` and `deno task validate` hand out.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import process from "node:process";
import { Command } from "commander";
import { createPerformer } from "../queue/perform_task.ts";
import { runWorker } from "../queue/worker.ts";
import { countParser, runCommand } from "../terminal/command_line.ts";

interface Options {
  readonly queue: string;
  readonly cores: number;
  readonly shared?: string;
}

const command = new Command("worker")
  .description("Works on patients that segment and validate hand out with --queue, until Ctrl-C.")
  .requiredOption("--queue <url>", "nats://[USER:PASSWORD@]HOST[:PORT] of a nats-server -js")
  .option(
    "--cores <n>",
    "cores to keep busy: slices segmented, or patients measured, at once",
    countParser("--cores"),
    Math.min(availableParallelism(), 16),
  )
  .option("--shared <folder>", "work on files in this folder too, for those who say --shared")
  .action(async ({ queue, cores, shared }: Options) => {
    const performer = createPerformer(cores), stopping = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => stopping.abort());
    }
    console.log(`Working for ${queue.replace(/\/\/[^@/]*@/, "//")}; Ctrl-C ends it`);
    await runWorker(queue, {
      performer,
      lanes: { segment: 1, validate: cores },
      shared,
      signal: stopping.signal,
      onLine: (line) => console.log(line),
    });
    performer.close();
    process.exit(0);
  });

await runCommand(command);
