/** A real server that may open no more files, as strangers hold so many connections. */

import assert from "node:assert/strict";
import { readBytes, slicePath } from "./support/files.ts";
import { holdConnections, sendSlowly } from "./support/held_connections.ts";
import { argumentsOfTask, startServer } from "./support/running_server.ts";

const body = await readBytes(slicePath);

/** Asks again until the answer is 200: connections that were ended take a moment to be gone. */
async function untilServed(url: string, init?: RequestInit): Promise<void> {
  for (;;) {
    const response = await fetch(url, init).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

Deno.test({
  name: "deno task edge outlives more connections than it may have, and answers what it has begun",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const task = [...await argumentsOfTask("edge"), "--port", "0", "--engine", "wasm"];
    const options = ["--workers", "1", "--body-seconds", "3600", "--time-limit", "3600"];
    await using server = await startServer([...task, ...options], { openFiles: 150 });
    const segment = `${server.url}v1/segment`;
    await untilServed(segment, { method: "POST", body });
    const finish = sendSlowly(server, body);
    {
      await using _held = await holdConnections(server);
      assert.match(server.output, /Cannot take more connections for now: .*Too many open files/);
      assert.match(await finish(), /^HTTP\/1\.1 200 /);
    }
    await untilServed(`${server.url}health/ready`);
    await untilServed(segment, { method: "POST", body });
    const { code, signal } = await server.stop("SIGTERM");
    assert.deepEqual([code, signal], [0, null]);
  },
});
