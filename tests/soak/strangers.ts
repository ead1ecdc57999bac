/** Clients that do not keep to the rules, beside the others. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";

/**
 * Clients of each kind in turn: one leaves in mid-body, one before its answer, and one goes silent in mid-body, which leaves
 * a minute later, long after it was refused: Deno ends no connection.
 */
export interface Strangers {
  /** Sends the next one. */
  send(): void;
  /** Sends so many of those who leave at once, some at a time, and waits until they are gone. */
  sendLeaving(count: number): Promise<void>;
  /** Has those leave that are still there. */
  leave(): void;
}

/** Milliseconds that a silent one stays. */
const stays = 60_000;

/** Who leave at once, at one time. */
const atOnce = 16;

/** Strangers who send one slice. */
export function createStrangers({ hostname, port }: URL, slice: Uint8Array): Strangers {
  const silent = new Map<Socket, ReturnType<typeof setTimeout>>();
  const half = slice.subarray(0, slice.length >> 1);
  let sent = 0;
  function begin(): Socket {
    const socket = connect(Number(port), hostname);
    socket.on("error", () => {});
    socket.write(
      `POST /v1/segment HTTP/1.1\r\nHost: x\r\nContent-Length: ${slice.length}\r\n\r\n`,
    );
    return socket;
  }
  /** Sends the whole slice or half of it, and does not wait for what follows. */
  function sendAndLeave(body: Uint8Array): Socket {
    const socket = begin();
    socket.write(body, () => socket.destroy());
    return socket;
  }
  function send(): void {
    const kind = sent++ % 3;
    if (kind < 2) return void sendAndLeave(kind === 0 ? half : slice);
    const socket = begin();
    socket.write(half);
    silent.set(socket, setTimeout(() => leave(socket), stays));
  }
  async function sendLeaving(count: number): Promise<void> {
    let left = count;
    await Promise.all(Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await once(sendAndLeave(left % 2 ? half : slice), "close");
    }));
  }
  function leave(socket: Socket): void {
    clearTimeout(silent.get(socket));
    silent.delete(socket);
    socket.destroy();
  }
  return {
    send,
    sendLeaving,
    leave() {
      for (const socket of silent.keys()) leave(socket);
    },
  };
}
