/** What must hold of a server under twice the load that it can bear. */

import { type SoakResult, workers } from "./run.ts";

/** Something that must hold: what was measured, and what it must be. */
export interface Bar {
  readonly what: string;
  readonly value: string;
  readonly bound: string;
  readonly met: boolean;
}

/** Growth of memory in megabytes that is taken for none, however little noise there is. */
const leastGrowth = 10;

const atMost = (what: string, value: number, bound: number, unit = ""): Bar => ({
  what,
  value: `${round(value)}${unit}`,
  bound: `at most ${round(bound)}${unit}`,
  met: value <= bound,
});

const atLeast = (what: string, value: number, bound: number, unit: string): Bar => ({
  what,
  value: `${round(value)}${unit}`,
  bound: `at least ${round(bound)}${unit}`,
  met: value >= bound,
});

const round = (value: number) => Math.round(10 * value) / 10;

/** All of them, for one run. */
export function judge(result: SoakResult): Bar[] {
  const { capacity, bound, alone, faults, fatal, restarts, settled, working, exitCode, wrk } =
    result;
  const least = 0.8 * capacity, { growth, noise } = alone.memory;
  const unlike504 = fatal.filter((status) => status !== 504);
  const bars = [
    atLeast("the capacity is served", alone.served / alone.seconds, least, " a second"),
    atMost("answers that are neither 200 nor 429 with Retry-After", alone.wrong + faults.wrong, 0),
    atMost("p99 of the served is bounded by the queue", alone.p99, bound, " ms"),
    atMost("memory is flat", growth, Math.max(3 * noise, leastGrowth), " MB"),
    atMost("requests that took their worker along and did not get 504", unlike504.length, 0),
    atMost("lost workers that were not replaced", Math.abs(fatal.length - restarts), 0),
    atMost("workers at work at once, with those that were ended and went on", working, 2 * workers),
    atMost("until nothing is held after the last answer", settled, 1000, " ms"),
    atMost("status of the process after SIGTERM", exitCode, 0),
  ];
  if (!wrk) return bars;
  return [
    ...bars,
    atLeast("wrk: the capacity is served", wrk.served / wrk.seconds, least, " a second"),
    atMost("wrk: answers that are neither 200 nor 429 with Retry-After", wrk.wrong, 0),
    atMost("wrk: connections that failed, and answers that never came", wrk.failed, 0),
  ];
}
