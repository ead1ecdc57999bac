/**
 * `deno task soak`: the real server under twice the load that it can bear.
 *
 * @module
 */

import { Command } from "commander";
import { parseNumber } from "../../shared/argument.ts";
import { judge } from "./bars.ts";
import { type Part, soak } from "./run.ts";

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
  const { capacity, alone, wrk, faults, fatal } = result;
  console.log(`capacity: ${capacity.toFixed(1)} slices a second`);
  console.table({ "left alone": row(alone), [`${fatal.length} workers lost`]: row(faults) });
  if (wrk) {
    const { seconds, served, refused, wrong, failed } = wrk;
    console.log(
      `wrk: ${
        seconds.toFixed(0)
      } s, ${served} served, ${refused} refused, ${wrong} wrong, ${failed} failed`,
    );
  } else console.log("wrk is not installed (Debian: wrk): its part was left out");
  const bars = judge(result);
  for (const { what, value, bound, met } of bars) {
    console.log(`${met ? "met   " : "MISSED"} ${what}: ${value} (${bound})`);
  }
  const missed = bars.filter(({ met }) => !met).length;
  console.log(missed === 0 ? "every bar is met" : `${missed} of ${bars.length} bars are missed`);
  Deno.exit(missed === 0 ? 0 : 1);
}

await new Command("deno task soak")
  .description(
    "Twice the load that the server can bear: half of the time left alone, a quarter asked by wrk, a quarter losing " +
      "workers.",
  )
  .option(
    "--minutes <number>",
    "how long all this takes",
    (text) => parseNumber("--minutes", text, { above: 0 }),
    30,
  )
  .action(({ minutes }: { minutes: number }) => main(minutes))
  .parseAsync();
