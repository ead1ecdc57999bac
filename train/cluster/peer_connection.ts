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

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    this.#writer = connection.writable.getWriter();
    connection.setNoDelay(true);
  }

  /** Milliseconds since the last message. */
  get silence(): number {
    return performance.now() - this.#lastHeard;
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
    } catch {
      // Reset, closed by us, or no message: whatever it is, nothing comes any more.
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
