import assert from "node:assert/strict";
import { createToken } from "../../../edge/access/tokens.ts";
import { readBytes, slicePath } from "../support/files.ts";
import { argumentsOfTask, startServer } from "../support/running_server.ts";

Deno.test("deno task edge --tokens answers who has one, on a socket, as often as it may", async () => {
  const { token, sha256 } = createToken();
  const file = await Deno.makeTempFile({ suffix: ".json" });
  await Deno.writeTextFile(file, JSON.stringify([{ name: "ward", sha256, perMinute: 3 }]));
  const options = ["--port", "0", "--tokens", file, "--per-minute", "5"];
  await using server = await startServer([...await argumentsOfTask("edge"), ...options]);
  const body = await readBytes(slicePath);
  const ask = async (headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.url}v1/segment`, { method: "POST", headers, body });
    await response.body?.cancel();
    return response.status;
  };
  const Authorization = `Bearer ${token}`;
  assert.equal(await ask(), 401);
  assert.equal(await ask({ Authorization }), 200);
  assert.equal(await ask({ Authorization }), 200);
  assert.equal(await ask({ Authorization }), 200);
  assert.equal(await ask({ Authorization }), 429);
  // Five requests of this address have passed; the header of someone who is no trusted proxy changes nothing.
  assert.equal(await ask({ "X-Forwarded-For": "192.0.2.7" }), 429);
  await Deno.remove(file);
});
