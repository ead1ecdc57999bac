/**
 * The edge's server as the benchmark runs it.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { readBytes, slicePath } from "../edge/support/files.ts";
import {
  argumentsOfTask,
  type RunningServer,
  startServer,
} from "../edge/support/running_server.ts";

const body = await readBytes(slicePath);

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

/** Sends one real slice to a model, to the end of the answer. */
export function sendTo(url: string, model: string): () => Promise<void> {
  return async () => {
    const response = await fetch(`${url}v1/segment?model=${model}`, { method: "POST", body });
    await response.bytes();
    if (!response.ok) throw new Error(`The server answered with status ${response.status}`);
  };
}

/** The most memory that a process has held so far, in MB, as Linux counts it. */
export function peakMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)![1]) / 1024;
}
