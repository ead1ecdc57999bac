/** A server under twice the load that it can bear: first left alone, then asked by wrk, then losing workers. */

import { deflatePng } from "../../edge/png/deflate_png.ts";
import { readBytes, slicePath } from "../edge/support/files.ts";
import { residentMegabytes } from "../edge/support/resident_memory.ts";
import { startEdge } from "../edge/support/running_server.ts";
import { type Answer, createSend, loadSteadily, measureCapacity } from "./load.ts";
import { createStrangers } from "./strangers.ts";
import { fitTrend, type Trend } from "./trend.ts";
import { hasWrk, loadWithWrk, type WrkCount } from "./wrk.ts";

/** How long the run is, by the clock or by the number of requests: a half left alone, a quarter each for the others. */
export type Length = { readonly minutes: number } | { readonly requests: number };

/** What one part of the run showed. */
export interface Part {
  readonly requests: number;
  readonly seconds: number;
  readonly served: number;
  readonly refused: number;
  /** Refusals without `Retry-After`, and answers that are neither. */
  readonly wrong: number;
  /** Of the served, in milliseconds. */
  readonly median: number;
  readonly p99: number;
  /** Megabytes. */
  readonly memory: Trend;
}

export interface SoakResult {
  /** Answers a second, before the load. */
  readonly capacity: number;
  /** Milliseconds that a served request may wait and take. */
  readonly bound: number;
  readonly alone: Part;
  /** Absent where wrk is not installed. */
  readonly wrk?: WrkCount;
  readonly faults: Part;
  /** The answers of the requests that took their worker along. */
  readonly fatal: readonly number[];
  readonly restarts: number;
  /** Milliseconds from the last answer until no worker was busy and no request had a place any more. */
  readonly settled: number;
  /** The most workers that worked at once, those included that were ended and went on. */
  readonly working: number;
  readonly exitCode: number;
}

/** Workers that the server may have. */
export const workers = 2;

const queue = 16;

/** Requests from one stranger to the next. */
const strangersEvery = 23;

/**
 * Requests from one worker that is lost to the next, at most: what it worked on takes seconds of a core to its end, which
 * must leave most of the machine to the others.
 */
const failsEvery = 600;

/**
 * Strangers who leave at once, before the run: what a server takes for them it takes once, but comes to it slowly, over
 * more of them than come in half an hour.
 */
const leavingBefore = 24_000;

function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.min(Math.ceil(sorted.length * share), sorted.length) - 1] ?? NaN;
}

function summarize(answers: readonly Answer[], seconds: number, memory: readonly number[]): Part {
  const times = answers.filter(({ status }) => status === 200)
    .map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const refused = answers.filter(({ status, retryAfter }) => status === 429 && retryAfter).length;
  return {
    requests: answers.length,
    seconds,
    served: times.length,
    refused,
    wrong: answers.length - times.length - refused,
    median: rank(times, 0.5),
    p99: rank(times, 0.99),
    // What is taken once, as the queue fills for the first time, is no growth.
    memory: fitTrend(memory.slice(Math.floor(memory.length / 4))),
  };
}

/** Asks for the largest slice until the server lets it in; its worker runs out of time. */
async function takeWorkerAlong(send: () => Promise<Answer>): Promise<number> {
  for (;;) {
    const { status } = await send();
    if (status !== 429) return status;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Starts the server with an own limit on the time of a slice. */
async function startWith(timeLimit: number) {
  const options = ["--workers", `${workers}`, "--queue", `${queue}`, "--engine", "wasm"];
  const quiet = ["--log", "off", "--time-limit", `${timeLimit}`];
  return await startEdge(...quiet, ...options);
}

/** A slice, and the largest one, which goes through a network of more than four times as much work. */
interface Files {
  readonly small: Uint8Array<ArrayBuffer>;
  readonly large: Uint8Array<ArrayBuffer>;
}

/** How a server is asked for the outline of each. */
function sendersOf(url: string, { small, large }: Files) {
  return {
    send: createSend(new URL("v1/segment", url), small),
    sendLarge: createSend(new URL("v1/segment?model=reference", url), large),
  };
}

/**
 * Seconds that a slice may take here: half of what the largest takes alone, and many times what others take, so that the
 * machine may become faster or slower meanwhile.
 */
async function chooseTimeLimit(files: Files): Promise<number> {
  await using server = await startWith(3600);
  const { milliseconds } = await sendersOf(server.url, files).sendLarge();
  return milliseconds / 1000 / 2;
}

/** Waits until the server works on nothing and holds nothing; gives how many workers it has replaced by then. */
async function untilIdle(url: URL): Promise<number> {
  for (;;) {
    const { busy, waiting, restarts } = await (await fetch(new URL("health/load", url))).json();
    const metrics = await (await fetch(new URL("metrics", url))).text();
    const held = Number(/^gliomap_requests_held (\d+)$/m.exec(metrics)![1]);
    if (busy + waiting + held === 0) return restarts;
  }
}

/** Has a server work at twice its capacity. */
export async function soak(length: Length): Promise<SoakResult> {
  const body = await readBytes(slicePath);
  const data = new Uint8Array(3 * 1024 * 1024).map((_, i) => i * 7);
  const large = deflatePng({ data, height: 1024, width: 1024, channels: 3 });
  const files = { small: body, large };
  await using server = await startWith(await chooseTimeLimit(files));
  const url = new URL(server.url), { send, sendLarge } = sendersOf(server.url, files);
  await measureCapacity(send, { clients: 2 * workers, requests: workers });
  const capacity = await measureCapacity(send, { clients: 2 * workers, requests: 10 * workers });
  const perSecond = 2 * capacity, places = queue + workers, bound = 1500 * places / capacity;
  const quarter = "requests" in length
    ? Math.ceil(length.requests / 4)
    : Math.ceil(15 * length.minutes * perSecond);
  const strangers = createStrangers(url, body);
  await strangers.sendLeaving("requests" in length ? length.requests : leavingBefore);
  await untilIdle(url);

  async function part(requests: number, onRequest: (index: number) => void): Promise<Part> {
    const memory: number[] = [];
    const watch = setInterval(() => memory.push(residentMegabytes(server.pid)), 250);
    const { answers, seconds } = await loadSteadily(send, {
      perSecond,
      requests,
      onRequest(index) {
        if (index % strangersEvery === strangersEvery - 1) strangers.send();
        onRequest(index);
      },
    });
    clearInterval(watch);
    return summarize(answers, seconds, memory);
  }

  let working = 0;
  const watch = setInterval(async () => {
    const { busy, overdue } = await (await fetch(new URL("health/load", url))).json();
    working = Math.max(working, busy + overdue);
  }, 250);
  const alone = await part(2 * quarter, () => {});
  const load = { capacity, places, seconds: quarter / perSecond, patience: 4 * bound };
  const wrk = await hasWrk() ? await loadWithWrk(new URL("v1/segment", url), load) : undefined;
  const fatal: Promise<number>[] = [], every = Math.min(failsEvery, quarter >> 1);
  const faults = await part(quarter, (index) => {
    if (index % every === every >> 1) fatal.push(takeWorkerAlong(sendLarge));
  });
  const statuses = await Promise.all(fatal), ended = performance.now();
  strangers.leave();
  const restarts = await untilIdle(url), settled = performance.now() - ended;
  clearInterval(watch);
  const { code } = await server.stop("SIGTERM");
  return {
    capacity,
    bound,
    alone,
    wrk,
    faults,
    fatal: statuses,
    restarts,
    settled,
    working,
    exitCode: code,
  };
}
