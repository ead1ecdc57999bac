/**
 * How long the page takes to prepare a patient of sixty slices (scaling, display range, intensities), in a real browser.
 *
 * @module
 */

/// <reference lib="dom" />

import { build, stop } from "esbuild";
import { bundleOptions } from "../../edge/bundle_options.ts";
import type { Volume } from "../../shared/volume.ts";
import { median } from "../../train/evaluation/average.ts";
import { launch } from "../e2e/browser.ts";
import type { Bar } from "./bar.ts";
import type { PrepareRequest } from "./prepare_worker.ts";
import { sixtySlices } from "./sixty_slices.ts";
import { type WorkerCall, workerCalls } from "./worker_calls.ts";

/** What preparing a type of voxel took. */
export interface Preparation {
  /** The first time of a worker, as a person has it, in processor time. */
  readonly bar: Bar;
  /** Rows of milliseconds: of the first time, while code is not compiled yet, and of the second. */
  readonly rows:
    readonly (readonly [name: string, milliseconds: Readonly<Record<string, number>>])[];
}

/** What a worker is told: to take the scan, and to prepare it twice. */
const messages = 3;

/**
 * Times preparations of each type of voxel.
 *
 * @param chromium Where it is.
 * @param turns Workers of each type, one after the other, the types in turns.
 * @throws {Error} where the browser's trace lacks a preparation.
 */
export async function timePreparation(
  chromium: string,
  volume: Volume,
  turns: number,
): Promise<Preparation[]> {
  const patients = Object.entries(sixtySlices(volume));
  const requests = patients.map(([, sixty], index) => requestOf(sixty, `voxels/${index}`));
  await using server = serve(await buildWorker(), patients.map(([, { data }]) => data));
  await using browser = await launch(chromium);
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.addr.port}/`);
  await browser.startTracing(page, { categories: ["-*", "devtools.timeline"] });
  for (let turn = 0; turn < turns; turn++) {
    for (const request of requests) await page.evaluate(prepareInWorker, request);
  }
  const calls = workerCalls(await browser.stopTracing()),
    wanted = messages * turns * patients.length;
  if (calls.length !== wanted) {
    throw new Error(
      `Cannot time preparations: ${calls.length} of ${wanted} calls are in the trace`,
    );
  }
  return patients.map(([type], index) => {
    const nth = (message: number) =>
      calls.filter((_, call) =>
        call % messages === message && Math.floor(call / messages) % patients.length === index
      );
    return preparationOf(type, nth(1), nth(2));
  });
}

async function buildWorker(): Promise<Uint8Array<ArrayBuffer>> {
  const entryPoints = ["tests/bench/prepare_worker.ts"];
  const { outputFiles: [{ contents }] } = await build({ ...bundleOptions, entryPoints });
  await stop();
  return contents as Uint8Array<ArrayBuffer>;
}

/** A page, the worker's script, and the voxels. */
function serve(
  script: Uint8Array<ArrayBuffer>,
  voxels: readonly Volume["data"][],
): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    const { pathname } = new URL(url), [, index] = /^\/voxels\/(\d+)$/.exec(pathname) ?? [];
    if (index) return new Response(voxels[Number(index)] as Uint8Array<ArrayBuffer>);
    const [body, type] = pathname === "/worker.js"
      ? [script, "text/javascript"]
      : ["", "text/html"];
    return new Response(body, { headers: { "Content-Type": type } });
  });
}

function requestOf({ data, ...shape }: Volume, voxels: string): PrepareRequest {
  return { shape, voxels, type: data.constructor.name as PrepareRequest["type"] };
}

/** Runs in the page: a new worker, as the page has one for each scan. */
async function prepareInWorker(request: PrepareRequest): Promise<void> {
  const worker = new Worker("worker.js", { type: "module" });
  try {
    for (const message of [request, "prepare", "prepare"]) {
      await new Promise((resolve, reject) => {
        worker.onmessage = resolve;
        worker.onerror = ({ message }) => reject(new Error(`The worker failed: ${message}`));
        worker.postMessage(message);
      });
    }
  } finally {
    worker.terminate();
  }
}

function preparationOf(
  type: string,
  first: readonly WorkerCall[],
  second: readonly WorkerCall[],
): Preparation {
  const used = median(first.map(({ processor }) => processor))!;
  return {
    bar: {
      what: `page's preparation of 60 slices, ${type}, median of processor time`,
      value: used,
      limit: 100,
      unit: "ms",
    },
    rows: [[`${type}, first`, rowOf(first)], [`${type}, second`, rowOf(second)]],
  };
}

function rowOf(calls: readonly WorkerCall[]): Record<string, number> {
  const rounded = (value: number) => Number(value.toFixed(1));
  const figures = (of: keyof WorkerCall) => {
    const values = calls.map((call) => call[of]);
    return [rounded(Math.min(...values)), rounded(median(values)!)];
  };
  const [leastUsed, used] = figures("processor"), [leastClock, clock] = figures("clock");
  return {
    "processor, minimum (ms)": leastUsed,
    "processor, median (ms)": used,
    "clock, minimum (ms)": leastClock,
    "clock, median (ms)": clock,
  };
}
