/**
 * Ctrl-C during a training: the batch under way ends, the run is saved, and only then the process does.
 *
 * @module
 */
import { constants } from "node:os";
import process from "node:process";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What asks a process to end: Ctrl-C, a polite request from outside, its terminal being closed. */
export type InterruptionSignal = typeof signals[number];

/** What a shell takes for the status of a process that such a signal ended: 130 for Ctrl-C. */
export function exitStatusOf(signal: InterruptionSignal): number {
  return 128 + constants.signals[signal];
}

/** The person asked to stop. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  constructor(message: string, readonly signal: InterruptionSignal) {
    super(message);
  }
}

/** Settings of an {@linkcode Interruption}. */
export interface InterruptionOptions {
  /** Whether the process was started from a terminal that may be closed. @default {whether it has one} */
  readonly hasTerminal?: boolean;
  /** Milliseconds since some moment. @default {performance.now} */
  readonly now?: () => number;
  /** Ends the process at once. @default {process.exit} */
  readonly exit?: (status: number) => void;
}

/**
 * Ctrl-C goes to all processes of a terminal, and `deno task` hands it to the command once more, or twice: all that
 * comes within so many milliseconds is one request.
 */
export const oneRequestMilliseconds = 1000;

/**
 * Listens for requests to end, until {@linkcode Interruption.stop}. The first one is told and noted; the next one ends
 * the process at once.
 *
 * A terminal that is closed is such a request where the process has one. Where it has none (`nohup`, whose protection
 * `deno task` takes away from the command), the process goes on.
 */
export class Interruption {
  readonly #tell: (line: string) => void;
  readonly #options: Required<InterruptionOptions>;
  #first?: { readonly signal: InterruptionSignal; readonly time: number };

  /** @param tell Takes the line that says what happens now; it may fail, as the terminal may be gone. */
  constructor(tell: (line: string) => void, {
    hasTerminal = [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal()),
    now = () => performance.now(),
    exit = (status) => process.exit(status),
  }: InterruptionOptions = {}) {
    this.#tell = tell;
    this.#options = { hasTerminal, now, exit };
    for (const signal of signals) process.on(signal, this.#onSignal);
  }

  readonly #onSignal = (signal: InterruptionSignal) => {
    const { hasTerminal, now, exit } = this.#options, time = now();
    if (signal === "SIGHUP" && !hasTerminal) return;
    if (!this.#first) {
      this.#first = { signal, time };
      try {
        this.#tell("Saving after this batch; Ctrl-C again ends at once");
      } catch { /* Nobody is there to read it. */ }
    } else if (time - this.#first.time >= oneRequestMilliseconds) exit(exitStatusOf(signal));
  };

  /** Whether somebody asked to stop. */
  get requested(): boolean {
    return this.#first !== undefined;
  }

  /** @throws {InterruptedError} with `explanation` when somebody asked to stop. */
  throwIfRequested(explanation: string): void {
    if (!this.#first) return;
    throw new InterruptedError(`Interrupted; ${explanation}`, this.#first.signal);
  }

  /** Leaves signals to their default again. */
  stop(): void {
    for (const signal of signals) process.off(signal, this.#onSignal);
  }
}
