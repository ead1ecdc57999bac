/**
 * A connection between every two processes of a cluster, apart from TensorFlow's: through it they meet, agree
 * on what they do, and notice within seconds when one of them is gone, which TensorFlow by itself never does
 * for a process that hangs or a machine that has lost its network.
 *
 * @module
 */
import type { Address } from "./address.ts";
import type { Hello, Loss, Message } from "./message.ts";
import { PeerConnection } from "./peer_connection.ts";

/** Hears what happens; at most one loss is told. */
export interface PeersListener {
  onHello(hello: Hello): void;
  onLoss(loss: Loss): void;
}

/** A sign of life goes to everyone this often. */
const beatMilliseconds = 1000;

/** Who was not heard of for so long is taken for dead. */
export const silenceSeconds = 10;

/** Time between two attempts to reach a process that is not there yet. */
const redialMilliseconds = 200;

/** One attempt to reach a process takes no longer. */
const dialMilliseconds = 5000;

/** Good-byes get no longer to be sent. */
const farewellMilliseconds = 1000;

/** All other processes of the cluster, as one of them sees them. */
export class Peers {
  readonly #addresses: readonly Address[];
  readonly #hello: Hello;
  readonly #listener: PeersListener;
  readonly #connections = new Map<number, PeerConnection>();
  readonly #strangers = new Set<PeerConnection>();
  readonly #gone = new Set<number>();
  readonly #rounds = new Map<number, Map<number, unknown>>();
  readonly #changed = new EventTarget();
  readonly #closing = new AbortController();
  #server?: Deno.TcpListener;
  #lost = false;
  #lastBeat = performance.now();

  constructor(addresses: readonly Address[], hello: Hello, listener: PeersListener) {
    this.#addresses = addresses;
    this.#hello = hello;
    this.#listener = listener;
  }

  /** Ranks that have not come yet. */
  get missing(): number[] {
    return this.#others.filter((rank) => !this.#connections.has(rank) && !this.#gone.has(rank));
  }

  get #others(): number[] {
    return [...this.#addresses.keys()].filter((rank) => rank !== this.#hello.rank);
  }

  /**
   * Listens for the processes with higher ranks and calls those with lower ones.
   *
   * @param hostname The numeric address to listen on.
   * @throws {Error} when the port is taken.
   */
  open(hostname: string): void {
    this.#server = Deno.listen({ hostname, port: this.#addresses[this.#hello.rank].port });
    this.#accept(this.#server);
    for (const rank of this.#others) if (rank < this.#hello.rank) this.#dial(rank);
    const timer = setInterval(() => this.#beat(), beatMilliseconds);
    this.#closing.signal.addEventListener("abort", () => clearInterval(timer));
  }

  /** Fulfilled when everyone is there. Whoever is not after `seconds` is lost. */
  async meet(seconds: number): Promise<void> {
    const timer = setTimeout(() => {
      this.#lose({ ranks: this.missing, what: `did not come within ${seconds} s` });
    }, seconds * 1000);
    await this.#until(() => this.missing.length === 0);
    clearTimeout(timer);
  }

  /** Every process's value for this round, by rank, once all have sent theirs. */
  async exchange(round: number, value: unknown): Promise<unknown[]> {
    this.#parts(round).set(this.#hello.rank, value);
    this.#send({ kind: "part", round, value });
    await this.#until(() => this.#parts(round).size === this.#addresses.length);
    const parts = this.#parts(round);
    this.#rounds.delete(round);
    return Array.from(this.#addresses, (_, rank) => parts.get(rank));
  }

  /** Says good-bye and closes everything. */
  async leave(error?: string, loss?: Loss): Promise<void> {
    this.#send({ kind: "leave", error, loss });
    this.#closing.abort();
    this.#server?.close();
    const all = [...this.#connections.values(), ...this.#strangers];
    const closed = Promise.all(all.map((connection) => connection.close()));
    // A process that has stopped reading must not hold this one up.
    const enough = new Promise((resolve) => setTimeout(resolve, farewellMilliseconds));
    await Promise.race([closed, enough]);
  }

  #send(message: Message): void {
    for (const connection of this.#connections.values()) connection.send(message);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise((resolve) =>
        this.#changed.addEventListener("change", resolve, { once: true })
      );
    }
  }

  #parts(round: number): Map<number, unknown> {
    let parts = this.#rounds.get(round);
    if (!parts) this.#rounds.set(round, parts = new Map());
    return parts;
  }

  async #accept(server: Deno.TcpListener): Promise<void> {
    for await (const connection of server) this.#converse(new PeerConnection(connection));
  }

  async #dial(rank: number): Promise<void> {
    const { host, port } = this.#addresses[rank], { signal } = this.#closing;
    while (!signal.aborted && !this.#connections.has(rank) && !this.#gone.has(rank)) {
      try {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(dialMilliseconds)]);
        const opened = await Deno.connect({ hostname: host, port, signal: limit });
        const connection = new PeerConnection(opened);
        connection.send(this.#hello);
        await this.#converse(connection, rank);
      } catch {
        // Not there yet; its name may not even be known.
      }
      await new Promise((resolve) => setTimeout(resolve, redialMilliseconds));
    }
  }

  /** Listens to a connection until it ends. `expected` is the rank that was called. */
  async #converse(connection: PeerConnection, expected?: number): Promise<void> {
    this.#strangers.add(connection);
    let peer: number | undefined;
    for await (const message of connection.messages()) {
      if (peer !== undefined) this.#hear(peer, message);
      else if (message.kind === "hello" && this.#greet(connection, message, expected)) {
        peer = message.rank;
      } else {
        if (message.kind === "leave" && expected !== undefined) this.#hear(expected, message);
        break;
      }
    }
    this.#strangers.delete(connection);
    await connection.close();
    if (peer !== undefined && !this.#gone.has(peer)) {
      const why = connection.problem && ` (${connection.problem})`;
      this.#lose({ ranks: [peer], what: `died: its connection closed${why}` });
    }
  }

  /** Makes a stranger a peer; false where it cannot be. */
  #greet(connection: PeerConnection, hello: Hello, expected?: number): boolean {
    const { rank } = hello;
    if (this.#connections.has(rank)) {
      connection.send({ kind: "leave", error: `there is another rank ${rank}` });
      return false;
    }
    if (expected === undefined) connection.send(this.#hello);
    this.#listener.onHello(hello);
    // Only where it was given other addresses does a process come as another rank than it was called.
    if (rank <= this.#hello.rank ? rank !== expected : expected !== undefined) return false;
    this.#strangers.delete(connection);
    this.#connections.set(rank, connection);
    this.#changed.dispatchEvent(new Event("change"));
    return true;
  }

  #hear(peer: number, message: Message): void {
    if (message.kind === "part") {
      this.#parts(message.round).set(peer, message.value);
      this.#changed.dispatchEvent(new Event("change"));
    } else if (message.kind === "leave") {
      this.#gone.add(peer);
      const { error, loss } = message;
      if (error) this.#lose(loss ?? { ranks: [peer], what: `stopped: ${error}` });
    }
  }

  #beat(): void {
    this.#send({ kind: "beat" });
    const pause = performance.now() - this.#lastBeat;
    this.#lastBeat = performance.now();
    // This process itself was held up: what the others said meanwhile is still to be read.
    if (pause > 3 * beatMilliseconds) return;
    for (const connection of this.#strangers) {
      if (connection.silence > silenceSeconds * 1000) connection.close();
    }
    const silent = [...this.#connections].filter(([rank, { silence }]) =>
      silence > silenceSeconds * 1000 && !this.#gone.has(rank)
    );
    if (silent.length) {
      const what = `gave no sign of life for ${silenceSeconds} s`;
      this.#lose({ ranks: silent.map(([rank]) => rank), what });
    }
  }

  #lose(loss: Loss): void {
    if (this.#lost || this.#closing.signal.aborted) return;
    this.#lost = true;
    this.#listener.onLoss(loss);
  }
}
