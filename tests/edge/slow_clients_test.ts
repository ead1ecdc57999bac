/**
 * Clients that are slow or leave, on real sockets: each has the only place of a real server, which is free again once the
 * client is gone or out of time.
 */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { readBytes, slicePath } from "./support/files.ts";
import { argumentsOfTask, type RunningServer, startServer } from "./support/running_server.ts";

const tiff = await readBytes(slicePath);

/** A server of one place, whose limits on time are as short as a test wants them, or as long as no test lasts. */
async function startWith(...options: string[]): Promise<RunningServer> {
  const only = ["--port", "0", "--engine", "wasm", "--workers", "1", "--max-requests", "1"];
  const long = ["time-limit", "decode-seconds", "body-seconds", "answer-seconds"]
    .flatMap((name) => [`--${name}`, "3600"]);
  return await startServer([...await argumentsOfTask("edge"), ...only, ...long, ...options]);
}

/** How many requests have a place. */
async function held({ url }: RunningServer): Promise<number> {
  const metrics = await (await fetch(`${url}metrics`)).text();
  return Number(/^gliomap_requests_held (\d+)$/m.exec(metrics)![1]);
}

/** Waits for it; a test that waits in vain is ended by whoever runs it. */
async function untilHeld(server: RunningServer, count: number): Promise<void> {
  while (await held(server) !== count) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** The status of a slice that somebody else sends. */
async function statusOfSlice({ url }: RunningServer): Promise<number> {
  const response = await fetch(`${url}v1/segment`, { method: "POST", body: tiff });
  await response.body?.cancel();
  return response.status;
}

/** A connection, which reads nothing unless somebody listens for its data. */
async function open({ url }: RunningServer): Promise<Socket> {
  const { hostname, port } = new URL(url), socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

const head = (path: string, length: number, more = "") =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n${more}\r\n`;

/** Sends half of a slice, and then nothing. */
async function sendHalf(server: RunningServer): Promise<Socket> {
  const socket = await open(server);
  socket.write(head("/v1/segment", tiff.length));
  socket.write(tiff.subarray(0, tiff.length >> 1));
  await untilHeld(server, 1);
  return socket;
}

const shape = [1, 3, 512, 1024], values = 3 * 512 * 1024;

/** Asks for half a million numbers as text, more than any socket holds, and does not read them. */
async function leaveUnread(server: RunningServer): Promise<Socket> {
  const binary_data_size = 4 * values, parameters = { binary_data_size };
  const input = { name: "image", datatype: "FP32", shape, parameters };
  const json = new TextEncoder().encode(JSON.stringify({ inputs: [input] }));
  const numbers = Float32Array.from({ length: values }, (_, i) => i * 7919 % 1000 / 1000);
  const socket = await open(server);
  const length = json.length + binary_data_size;
  const more = `Inference-Header-Content-Length: ${json.length}\r\n`;
  socket.write(head("/v2/models/preview/infer", length, more));
  socket.write(json);
  socket.write(new Uint8Array(numbers.buffer));
  await untilHeld(server, 1);
  await once(socket, "readable");
  assert.match(`${socket.read(12)}`, /^HTTP\/1\.1 200/);
  return socket;
}

Deno.test("deno task edge gives back the place of a client that leaves", async (t) => {
  await using server = await startWith();
  for (
    const [what, start] of [
      ["half of its body is sent", sendHalf],
      ["its answer is half read", leaveUnread],
    ] as const
  ) {
    await t.step(`when ${what}`, async () => {
      const socket = await start(server);
      assert.equal(await statusOfSlice(server), 429);
      socket.destroy();
      await untilHeld(server, 0);
      assert.equal(await statusOfSlice(server), 200);
    });
  }

  await t.step("and takes it for no failure of its own", async () => {
    const metrics = await (await fetch(`${server.url}metrics`)).text();
    assert.match(metrics, /^gliomap_rejections_total\{reason="gone"\} 1$/m);
    assert.doesNotMatch(metrics, /status="500"|reason="failure"/);
    assert.doesNotMatch(server.output, /error/i);
  });

  await t.step("and gives none to those who never come to the end of their head", async () => {
    const sockets = await Promise.all(Array.from({ length: 200 }, () => open(server)));
    for (const socket of sockets) socket.write("POST /v1/segment HTTP/1.1\r\nHo");
    assert.equal(await statusOfSlice(server), 200);
    for (const socket of sockets) socket.destroy();
  });

  await t.step("and waits for one that reads slowly and steadily", async () => {
    const socket = await leaveUnread(server);
    let text = "";
    while (!text.endsWith("\r\n0\r\n\r\n")) {
      const part = socket.read();
      if (part === null) await once(socket, "readable");
      else text += part;
    }
    await untilHeld(server, 0);
    assert.match(text, /"outputs":\[\{"name":"probability"/);
    socket.destroy();
  });
});

Deno.test("deno task edge gives back the place of a client that is too slow", async (t) => {
  await using server = await startWith("--body-seconds", "5", "--answer-seconds", "5");

  await t.step("as it stops sending in mid-body, and says so", async () => {
    const socket = await sendHalf(server);
    assert.equal(await statusOfSlice(server), 429);
    await untilHeld(server, 0);
    const [answer] = await once(socket, "data");
    assert.match(`${answer}`, /^HTTP\/1\.1 408 [^]*must arrive within 5 s/);
    assert.equal(await statusOfSlice(server), 200);
    socket.destroy();
  });

  await t.step("as it stops reading in mid-answer, and hangs up", async () => {
    const socket = await leaveUnread(server);
    await untilHeld(server, 0);
    assert.equal(await statusOfSlice(server), 200);
    let text = "";
    socket.on("data", (part) => text += part);
    await once(socket, "close");
    // The last chunk, which would say that all is there, never came.
    assert.ok(!text.endsWith("\r\n0\r\n\r\n"));
  });
});
