/**
 * Ctrl-C during a training: the step under way ends, the run is saved, and only then the process does.
 *
 * @module
 */
import process from "node:process";

/** The person asked to stop. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

const signals = ["SIGINT", "SIGTERM"] as const;

/** Listens for Ctrl-C and for a polite end from outside, until {@linkcode stop}. A second one ends at once. */
export class Interruption {
  #requested = false;

  constructor() {
    for (const signal of signals) process.on(signal, this.#onSignal);
  }

  readonly #onSignal = () => {
    if (this.#requested) process.exit(130);
    this.#requested = true;
  };

  /** Whether somebody asked to stop. */
  get requested(): boolean {
    return this.#requested;
  }

  /** @throws {InterruptedError} with `explanation` when somebody asked to stop. */
  throwIfRequested(explanation: string): void {
    if (this.#requested) throw new InterruptedError(`Interrupted; ${explanation}`);
  }

  /** Leaves signals to their default again. */
  stop(): void {
    for (const signal of signals) process.off(signal, this.#onSignal);
  }
}
