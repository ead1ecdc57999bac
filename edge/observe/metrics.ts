/**
 * Metrics, as Prometheus reads them.
 *
 * @module
 */

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { ModelRegistry } from "../model_registry.ts";
import type { RequestHolder } from "../hold_requests.ts";
import type { Observer } from "./observation.ts";

/** Upper ends in seconds: from a PNG that is decoded at once to a volume of many slices. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Metrics, told of requests. */
export interface Metrics extends Observer {
  readonly contentType: string;
  /** All of them in Prometheus's text format. */
  read(): Promise<string>;
}

/** What metrics ask of the models. */
type MeasuredModels = Pick<ModelRegistry, "load" | "cards" | "isReady" | "engineOf">;

/**
 * Makes the metrics of an edge and its models.
 *
 * @param holder Says how many requests are held.
 */
export function createMetrics(
  models: MeasuredModels,
  holder: Pick<RequestHolder, "held">,
): Metrics {
  const registry = new Registry(), registers = [registry];
  const requests = new Counter({
    name: "gliomap_requests_total",
    help: "Requests that are over.",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const durations = new Histogram({
    name: "gliomap_request_duration_seconds",
    help: "From a request's head to the end of its work.",
    labelNames: ["route"],
    buckets,
    registers,
  });
  const stages = new Histogram({
    name: "gliomap_stage_duration_seconds",
    help: "What requests spend their time on.",
    labelNames: ["stage"],
    buckets,
    registers,
  });
  const rejections = new Counter({
    name: "gliomap_rejections_total",
    help: "Requests that were refused or failed, by reason.",
    labelNames: ["reason"],
    registers,
  });
  const inFlight = new Gauge({
    name: "gliomap_requests_in_flight",
    help: "Requests that are being answered.",
    registers,
  });
  addGauges(registers, [
    [
      "gliomap_requests_held",
      "Requests with a body that have a place, until their answers are read.",
      () => holder.held,
    ],
  ]);
  addWorkerMetrics(registers, models);
  addMemory(registers);
  return {
    contentType: registry.contentType,
    read: () => registry.metrics(),
    onStart: () => inFlight.inc(),
    onStage: ({ name, duration }) => stages.observe({ stage: name }, duration / 1000),
    onEnd({ method, route, status, duration, rejection }) {
      inFlight.dec();
      requests.inc({ method, route, status });
      durations.observe({ route }, duration / 1000);
      if (rejection !== undefined) rejections.inc({ reason: rejection });
    },
  };
}

/** What is read when somebody asks. */
function addGauges(
  registers: Registry[],
  gauges: readonly (readonly [name: string, help: string, read: () => number])[],
): void {
  for (const [name, help, read] of gauges) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
}

/** What is known of the workers. */
function addWorkerMetrics(
  registers: Registry[],
  { load, cards, isReady, engineOf }: MeasuredModels,
): void {
  addGauges(registers, [
    ["gliomap_queue_slices", "Slices that wait for a worker.", () => load.waiting],
    ["gliomap_workers_busy", "Workers at work.", () => load.busy],
    ["gliomap_workers", "Workers there may be.", () => load.size],
    [
      "gliomap_workers_overdue",
      "Workers that were ended, and still go on with what they did.",
      () => load.overdue,
    ],
  ]);
  new Counter({
    name: "gliomap_worker_restarts_total",
    help:
      "Workers that were ended as they crashed, hung, ran out of memory or had no usable model.",
    registers,
    collect() {
      this.reset();
      this.inc(load.restarts);
    },
  });
  new Gauge({
    name: "gliomap_engine",
    help: "1 for each engine that runs a model.",
    labelNames: ["engine"],
    registers,
    collect() {
      this.reset();
      for (const { name } of cards) if (isReady(name)) this.set({ engine: engineOf(name) }, 1);
    },
  });
  new Gauge({
    name: "gliomap_model_ready",
    help: "1 for each model that has answered, 0 for those that were not asked yet.",
    labelNames: ["model", "version"],
    registers,
    collect() {
      for (const { name, version } of cards) {
        this.set({ model: name, version }, isReady(name) ? 1 : 0);
      }
    },
  });
}

/** Under the names that every Prometheus client uses. */
function addMemory(registers: Registry[]): void {
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory of the process.",
    registers,
    collect() {
      this.set(Deno.memoryUsage().rss);
    },
  });
  const start = performance.timeOrigin / 1000;
  new Gauge({
    name: "process_start_time_seconds",
    help: "When the process started, in seconds since 1970.",
    registers,
    collect() {
      this.set(start);
    },
  });
}
