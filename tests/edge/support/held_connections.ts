/** Connections that are held open, as a stranger does who wants nobody else to have one. */

import { connect, type Socket } from "node:net";
import type { RunningServer } from "./running_server.ts";

/** A connection to a server; whoever looks at it later sees whether it failed. */
export function openConnection({ url }: Pick<RunningServer, "url">): Socket {
  const { hostname, port } = new URL(url), socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  return socket;
}

/** Connections that never come to the end of a request's head, until the server says that it can take no more. */
export async function holdConnections(server: RunningServer): Promise<AsyncDisposable> {
  const sockets: Socket[] = [];
  while (!server.output.includes("Cannot take more connections")) {
    const socket = openConnection(server);
    socket.write("POST /v1/segment HTTP/1.1\r\nHo");
    sockets.push(socket);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(sockets.map((socket) => {
        const closed = new Promise((resolve) => socket.once("close", resolve));
        if (socket.closed) return;
        socket.destroy();
        return closed;
      }));
    },
  };
}

/** A slice of which half is sent, until it is told to send the rest; gives the answer's first bytes. */
export function sendSlowly(server: RunningServer, slice: Uint8Array): () => Promise<string> {
  const socket = openConnection(server), half = slice.length >> 1;
  socket.write(`POST /v1/segment HTTP/1.1\r\nHost: x\r\nContent-Length: ${slice.length}\r\n\r\n`);
  socket.write(slice.subarray(0, half));
  return async () => {
    const answer = new Promise<string>((resolve) => {
      socket.once("data", (part) => resolve(`${part}`));
      socket.once("close", () => resolve("closed"));
    });
    socket.write(slice.subarray(half));
    const text = await answer;
    socket.destroy();
    return text;
  };
}
