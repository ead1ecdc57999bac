/**
 * `deno task soak`: the real server under twice the load that it can bear.
 *
 * @module
 */

import { Command } from "commander";
import { parseNumber } from "../../shared/argument.ts";
import { type Part, soak, type SoakResult } from "./run.ts";

/** Growth of memory in megabytes that is taken for none, however little noise there is. */
const leastGrowth = 10;

/** What must hold, and whether it does. */
function judge(result: SoakResult): Record<string, boolean> {
  const { capacity, bound, alone, faults, fatal, restarts, settled, exitCode } = result;
  const { growth, noise } = alone.memory;
  return {
    "four fifths of the capacity or more are served": alone.served / alone.seconds > 0.8 * capacity,
    "everything else is 429 with Retry-After": alone.wrong + faults.wrong === 0,
    "p99 of the served is bounded by the queue": alone.p99 <= bound,
    "memory is flat": growth <= Math.max(3 * noise, leastGrowth),
    "who takes a worker along gets 504": fatal.every((status) => status === 504),
    "each lost worker is replaced": restarts === fatal.length,
    "nothing is held a second after the last answer": settled < 1000,
    "SIGTERM ends it with 0": exitCode === 0,
  };
}

function row({ requests, seconds, served, refused, wrong, median, p99, memory }: Part) {
  return {
    "requests": requests,
    "a second": Number((requests / seconds).toFixed(1)),
    "served a second": Number((served / seconds).toFixed(1)),
    "429": refused,
    "wrong": wrong,
    "median (ms)": Math.round(median),
    "p99 (ms)": Math.round(p99),
    "memory's growth (MB)": Number(memory.growth.toFixed(1)),
    "its noise (MB)": Number(memory.noise.toFixed(1)),
  };
}

async function main(minutes: number): Promise<void> {
  const result = await soak({ minutes });
  const { capacity, bound, alone, faults, fatal } = result;
  console.log(
    `capacity ${capacity.toFixed(1)} slices a second; bound of p99 ${bound.toFixed(0)} ms`,
  );
  console.table({ "left alone": row(alone), [`${fatal.length} workers lost`]: row(faults) });
  const judged = judge(result);
  for (const [what, holds] of Object.entries(judged)) {
    console.log(`${holds ? "yes" : "NO "} ${what}`);
  }
  Deno.exit(Object.values(judged).every(Boolean) ? 0 : 1);
}

await new Command("deno task soak")
  .description("Twice the load that the server can bear; in the second half, workers are lost.")
  .option(
    "--minutes <number>",
    "how long both halves take together",
    (text) => parseNumber("--minutes", text, { above: 0 }),
    30,
  )
  .action(({ minutes }: { minutes: number }) => main(minutes))
  .parseAsync();
