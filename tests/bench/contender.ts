/**
 * One program of a benchmark: kept running, asked for one step at a time.
 *
 * @module
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { createInterface, type Interface } from "node:readline";
import { median } from "../../train/evaluation/average.ts";

/** A program that does one step for each line it reads and answers with `{"seconds": ...}`. */
export class Contender {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;
  readonly #seconds: number[] = [];

  /** @param env What its environment has beside or instead of what there is. */
  constructor(
    readonly name: string,
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.#process = spawn(program, args, {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...env },
    } as never) as never;
    this.#lines = createInterface({ input: this.#process.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** The seconds of one more step. */
  async step(): Promise<number> {
    return (await this.answer()).seconds;
  }

  /** All that the program says of one more step. */
  async answer(): Promise<{ readonly seconds: number; readonly value?: number }> {
    this.#process.stdin.write("step\n");
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`${this.name} ended before it answered`);
    return JSON.parse(value);
  }

  /** Counts a step's seconds. */
  record(seconds: number): void {
    this.#seconds.push(seconds);
  }

  minimum(): number {
    return Math.min(...this.#seconds);
  }

  median(): number {
    return median(this.#seconds)!;
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** The most memory the program has held so far, as Linux counts it. */
  peakMegabytes(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)![1]) / 1024;
  }

  /** Processor time the program has used so far, in seconds. */
  processorSeconds(): number {
    return processorSecondsOf(this.#process.pid!);
  }

  stop(): void {
    this.#lines.close();
    this.#process.kill("SIGKILL");
  }
}

/** Processor time that a process has used so far, in seconds, as Linux counts it (in hundredths). */
export function processorSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  const [user, system] = fields.slice(11, 13).map(Number);
  return (user + system) / 100;
}
