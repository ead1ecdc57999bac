/**
 * Whether a real server says that it is ready, from its first moment on. Its model comes through a pipe, so that the test
 * says when it is read: once before the server listens, to check it, and once to load it.
 */

import assert from "node:assert/strict";
import { withFolder } from "../train/support/temporary_folder.ts";
import { readBytes, root } from "./support/files.ts";
import { argumentsOfTask, type RunningServer, startServer } from "./support/running_server.ts";

const model = await readBytes("edge/models/preview/model.onnx");
const options = ["--port", "0", "--engine", "wasm", "--workers", "1"];

/** A server whose model is a pipe that was read once. */
async function startWithPipe(folder: string): Promise<RunningServer> {
  const card = new URL("edge/models/preview/card.json", root);
  await Deno.copyFile(card, `${folder}/card.json`);
  await new Deno.Command("mkfifo", { args: [`${folder}/model.onnx`] }).output();
  const args = [...await argumentsOfTask("edge"), ...options, "--model", folder];
  const starting = startServer(args, { ready: false });
  await Deno.writeFile(`${folder}/model.onnx`, model, { create: false });
  return await starting;
}

async function ask({ url }: RunningServer, path: string) {
  const response = await fetch(url + path);
  return { status: response.status, text: await response.text() };
}

const noPipes = Deno.build.os === "windows";

Deno.test({
  name: "deno task edge is not ready, and says why, until its model was read and has answered once",
  ignore: noPipes,
  fn: () =>
    withFolder(async (folder) => {
      await using server = await startWithPipe(folder);
      for (const path of ["health/ready", "v2/health/ready"]) {
        const { status, text } = await ask(server, path);
        assert.equal(status, 503, path);
        assert.match(text, /The model has not answered yet/);
      }
      for (const path of ["health/live", "v2/health/live", "v1/models"]) {
        assert.equal((await ask(server, path)).status, 200, path);
      }
      const before = await ask(server, "metrics");
      assert.match(before.text, /^gliomap_model_ready\{model="preview",.*\} 0$/m);
      assert.doesNotMatch(before.text, /^gliomap_engine\{/m);

      const statuses: number[] = [];
      const writing = Deno.writeFile(`${folder}/model.onnx`, model, { create: false });
      while (statuses.at(-1) !== 200) statuses.push((await ask(server, "health/ready")).status);
      await writing;
      assert.ok(statuses.slice(0, -1).every((status) => status === 503), `${statuses}`);
      assert.equal((await ask(server, "v2/health/ready")).status, 200);
      const after = await ask(server, "metrics");
      assert.match(after.text, /^gliomap_model_ready\{model="preview",.*\} 1$/m);
      assert.match(after.text, /^gliomap_engine\{engine="wasm"\} 1$/m);
    }),
});

Deno.test({
  name: "deno task edge ends on SIGTERM with 0 also where its model has not come yet",
  ignore: noPipes,
  fn: () =>
    withFolder(async (folder) => {
      await using server = await startWithPipe(folder);
      assert.equal((await ask(server, "health/ready")).status, 503);
      const { code, signal } = await server.stop("SIGTERM");
      assert.deepEqual([code, signal], [0, null]);
    }),
});

Deno.test({
  name: "deno task edge is never ready with another model than the one that it checked",
  ignore: noPipes,
  fn: () =>
    withFolder(async (folder) => {
      await using server = await startWithPipe(folder);
      assert.equal((await ask(server, "health/ready")).status, 503);
      await Deno.writeFile(`${folder}/model.onnx`, model.subarray(1), { create: false });
      const { code } = await server.ended;
      assert.equal(code, 1);
      assert.match(server.output, /Cannot use the model preview .* as the SHA-256 of model\.onnx/);
    }),
});
