/**
 * The training's side of its watchdog: what the other processes say, as promises.
 *
 * @module
 */
import { type Address, describeRank } from "./address.ts";
import { LostPeerError } from "./lost_peer.ts";
import type { Hello, Loss } from "./message.ts";
import { assertSameSettings } from "./settings.ts";
import type { WatchdogReport, WatchdogRequest } from "./watchdog_protocol.ts";

/** How a process joins. */
export interface JoinOptions {
  readonly addresses: readonly Address[];
  readonly hostname: string;
  readonly hello: Hello;
  readonly startSeconds: number;
  readonly log: (line: string) => void;
}

/** A worker that has failed does not answer. */
const farewellMilliseconds = 3000;

/** A process's connections to the others, held by a worker. */
export class Watchdog {
  readonly #options: JoinOptions;
  readonly #worker: Worker;
  readonly #hellos: Hello[] = [];
  readonly #exchanges = new Map<number, (values: unknown[]) => void>();
  readonly #met = Promise.withResolvers<void>();
  readonly #left = Promise.withResolvers<void>();
  readonly #lost = Promise.withResolvers<never>();
  #round = 0;

  /** Starts to look for the others. */
  constructor(options: JoinOptions) {
    this.#options = options;
    this.#hellos[options.hello.rank] = options.hello;
    // Who does not wait for these hears of the same errors elsewhere.
    this.#lost.promise.catch(() => {});
    this.#worker = new Worker(new URL("./watchdog_worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<WatchdogReport>) => this.#hear(data);
    this.#worker.onerror = ({ message }) => this.#lost.reject(new Error(message));
    const { addresses, hostname, hello, startSeconds } = options;
    this.#tell({ kind: "join", addresses, hostname, hello, startSeconds });
  }

  /**
   * Never fulfilled; rejected when the others cannot be worked with.
   *
   * Rejected with a {@linkcode LostPeerError} when one is gone, with a `SettingsMismatchError` when one was
   * started differently.
   */
  get lost(): Promise<never> {
    return this.#lost.promise;
  }

  /** The first message of every process, by rank, once all are there. */
  async meet(): Promise<readonly Hello[]> {
    await Promise.race([this.#met.promise, this.lost]);
    return this.#hellos;
  }

  /** Every process's value, by rank, once all have come to this point. Values are those of JSON. */
  async exchange<T>(value: T): Promise<T[]> {
    const round = this.#round++;
    const values = new Promise<unknown[]>((resolve) => this.#exchanges.set(round, resolve));
    this.#tell({ kind: "exchange", round, value });
    return await Promise.race([values, this.lost]) as T[];
  }

  /** Has TensorFlow's collective ops aborted when a process is lost. */
  guard(collectives: { readonly directory: string; readonly context: bigint }): void {
    this.#tell({ kind: "guard", ...collectives });
  }

  /** Says good-bye to the others, with the reason where the work is not done, and ends the worker. */
  async leave(error?: string, loss?: Loss): Promise<void> {
    this.#tell({ kind: "leave", error, loss });
    const enough = new Promise((resolve) => setTimeout(resolve, farewellMilliseconds));
    await Promise.race([this.#left.promise, enough]);
    this.#worker.terminate();
  }

  #tell(request: WatchdogRequest): void {
    this.#worker.postMessage(request);
  }

  #hear(report: WatchdogReport): void {
    const { addresses, hello: mine, log } = this.#options;
    switch (report.kind) {
      case "hello":
        return this.#compare(report.hello);
      case "waiting":
        return log(
          `Waiting for ${report.ranks.map((rank) => describeRank(addresses, rank)).join(", ")}`,
        );
      case "met":
        return this.#met.resolve();
      case "exchanged":
        this.#exchanges.get(report.round)?.(report.values);
        this.#exchanges.delete(report.round);
        return;
      case "lost":
        return this.#lost.reject(new LostPeerError(addresses, report.loss));
      case "failed":
        return this.#lost.reject(
          new Error(
            `Cannot join the cluster as ${
              describeRank(addresses, mine.rank)
            } must be a free port ` +
              `of this machine: ${report.error}`,
          ),
        );
      case "left":
        return this.#left.resolve();
    }
  }

  #compare(hello: Hello): void {
    try {
      assertSameSettings(this.#options.addresses, this.#options.hello, hello);
      this.#hellos[hello.rank] = hello;
    } catch (error) {
      this.#lost.reject(error);
    }
  }
}
