/** Two real servers that count together. */

import assert from "node:assert/strict";
import { createToken } from "../../../edge/access/tokens.ts";
import { withFolder } from "../../train/support/temporary_folder.ts";
import { argumentsOfTask, startServer } from "../support/running_server.ts";
import { hasRedis, startRedis } from "./redis_server.ts";

Deno.test({
  name:
    "deno task edge --redis counts with other servers, and lets requests in while Redis is away (needs redis-server)",
  ignore: !await hasRedis(),
  fn: () =>
    withFolder(async (folder) => {
      const redis = await startRedis(), file = `${folder}/tokens.json`;
      const { token, sha256 } = createToken(), headers = { Authorization: `Bearer ${token}` };
      await Deno.writeTextFile(file, JSON.stringify([{ name: "ward", sha256, perDay: 3 }]));
      const options = ["--port", "0", "--engine", "wasm", "--workers", "1", "--tokens", file];
      const args = [...await argumentsOfTask("edge"), ...options, "--redis", redis.url];
      await using one = await startServer(args);
      await using two = await startServer(args);
      async function ask({ url }: { readonly url: string }): Promise<number> {
        const response = await fetch(`${url}v1/models`, { headers });
        await response.body?.cancel();
        return response.status;
      }
      const statuses = [];
      for (const server of [one, two, one, two, one]) statuses.push(await ask(server));
      assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
      assert.doesNotMatch(one.output + two.output, /Cannot count/);

      await redis[Symbol.asyncDispose]();
      for (const server of [one, two]) {
        assert.equal(await ask(server), 200);
        assert.match(server.output, /Cannot count requests: /);
        assert.equal((await server.stop("SIGTERM")).code, 0);
      }
    }),
});
