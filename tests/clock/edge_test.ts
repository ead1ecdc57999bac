/** A server whose clock jumps. */

import assert from "node:assert/strict";
import { createToken } from "../../edge/access/tokens.ts";
import { readBytes, slicePath } from "../edge/support/files.ts";
import { argumentsOfTask, startServer } from "../edge/support/running_server.ts";
import { volumeForm } from "../edge/support/sent_volume.ts";

const tiff = await readBytes(slicePath);

Deno.test("deno task edge serves, limits, times and drains as ever when the clock jumps by hours", async (t) => {
  const { token, sha256 } = createToken(), file = await Deno.makeTempFile({ suffix: ".json" });
  await Deno.writeTextFile(file, JSON.stringify([{ name: "ward", sha256, perDay: 6 }]));
  const [run, ...task] = await argumentsOfTask("edge");
  const clock = ["--preload", "tests/clock/jumping_clock.ts"];
  const options = ["--port", "0", "--engine", "wasm", "--workers", "1", "--tokens", file];
  const patient = ["--drain", "600", "--time-limit", "600", "--decode-seconds", "600"];
  await using server = await startServer([run, ...clock, ...task, ...options, ...patient]);
  const headers = { Authorization: `Bearer ${token}` };

  async function segment() {
    const response = await fetch(`${server.url}v1/segment`, {
      method: "POST",
      headers,
      body: tiff,
    });
    await response.body?.cancel();
    return response;
  }

  await t.step(
    "counting what a token asks for in a day, which is over on the wall at once",
    async () => {
      for (let count = 0; count < 5; count++) {
        assert.equal((await segment()).status, 200);
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
    },
  );

  await t.step("and answering a whole patient before it ends", async () => {
    const volumes = `${server.url}v1/volumes?output=json`, body = await volumeForm(3);
    const asked = fetch(volumes, { method: "POST", headers, body });
    for (;;) {
      const { busy } = await (await fetch(`${server.url}health/load`)).json();
      if (busy > 0) break;
    }
    const refused = await segment();
    assert.equal(refused.status, 429);
    const seconds = Number(refused.headers.get("retry-after"));
    assert.ok(seconds >= 1 && seconds <= 86_400, `${seconds} s`);
    const stopped = server.stop("SIGTERM");
    const { timings } = await (await asked).json();
    for (const time of Object.values<number>(timings)) assert.ok(time >= 0 && time < 3_600_000);
    assert.equal((await stopped).code, 0);
  });
  await Deno.remove(file);
});
