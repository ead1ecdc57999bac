/** Clients that do not keep to the rules, beside the others. */

import { connect, type Socket } from "node:net";

/**
 * Clients of each kind in turn: one leaves in mid-body, one before its answer, and one goes silent in mid-body, which leaves
 * a minute later, long after it was refused: Deno ends no connection, and keeps some 200 kB for each of these.
 */
export interface Strangers {
  /** Sends the next one. */
  send(): void;
  /** Has those leave that are still there. */
  leave(): void;
}

/** Milliseconds that a silent one stays. */
const stays = 60_000;

/** Strangers who send one slice. */
export function createStrangers({ hostname, port }: URL, slice: Uint8Array): Strangers {
  const silent = new Map<Socket, ReturnType<typeof setTimeout>>();
  const half = slice.subarray(0, slice.length >> 1);
  let sent = 0;
  function send(): void {
    const socket = connect(Number(port), hostname), kind = sent++ % 3;
    socket.on("error", () => {});
    socket.write(
      `POST /v1/segment HTTP/1.1\r\nHost: x\r\nContent-Length: ${slice.length}\r\n\r\n`,
    );
    if (kind === 0) socket.write(half, () => socket.destroy());
    if (kind === 1) socket.write(slice, () => socket.destroy());
    if (kind === 2) {
      socket.write(half);
      silent.set(socket, setTimeout(() => leave(socket), stays));
    }
  }
  function leave(socket: Socket): void {
    clearTimeout(silent.get(socket));
    silent.delete(socket);
    socket.destroy();
  }
  return {
    send,
    leave() {
      for (const socket of silent.keys()) leave(socket);
    },
  };
}
