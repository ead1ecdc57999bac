/**
 * A connection to another process of the cluster.
 *
 * @module
 */
import { decodeMessages, encodeMessage, type Message } from "./message.ts";

/** Sends and receives messages, and knows for how long the other side has been silent. */
export class PeerConnection {
  readonly #connection: Deno.TcpConn;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #lastHeard = performance.now();
  #problem = "";

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    this.#writer = connection.writable.getWriter();
    connection.setNoDelay(true);
  }

  /** Milliseconds since the last message. */
  get silence(): number {
    return performance.now() - this.#lastHeard;
  }

  /** Why no message comes any more; empty where the other side ended the connection in good order. */
  get problem(): string {
    return this.#problem;
  }

  /** Sends a message. That the other side is gone shows where its messages are awaited. */
  send(message: Message): void {
    this.#writer.write(encodeMessage(message)).catch(() => {});
  }

  /** The other side's messages until the connection ends, in whatever way. */
  async *messages(): AsyncGenerator<Message> {
    try {
      for await (const message of decodeMessages(this.#connection.readable)) {
        this.#lastHeard = performance.now();
        yield message;
      }
    } catch (error) {
      // Reset, closed by us, or no message: whatever it is, nothing comes any more.
      this.#problem = (error as Error).message;
    }
  }

  /** Ends the connection once everything is sent. */
  async close(): Promise<void> {
    await this.#writer.close().catch(() => {});
    try {
      this.#connection.close();
    } catch {
      // Both streams ended before, which closes it, too.
    }
  }
}
