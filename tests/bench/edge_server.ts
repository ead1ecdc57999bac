/**
 * The edge's server as the benchmark runs it.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import {
  argumentsOfTask,
  type RunningServer,
  startServer,
} from "../edge/support/running_server.ts";

/** Starts `deno task edge` with an engine and a number of workers, and waits until it listens, or is ready. */
export async function startEdge(
  engine: string,
  workers: number,
  ready = true,
): Promise<RunningServer> {
  const task = await argumentsOfTask(engine === "native" ? "edge:native" : "edge");
  const options = ["--engine", engine, "--workers", `${workers}`, "--queue", "1000"];
  return await startServer([...task, ...options, "--port", "0"], { ready });
}

/** The most memory that a process has held so far, in MB, as Linux counts it. */
export function peakMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)![1]) / 1024;
}
