import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";
import { maskPath, root, slicePath } from "./support/files.ts";
import { startEdge } from "./support/running_server.ts";

const program = fileURLToPath(new URL("tests/edge/client_program.ts", root));
const hasNode = spawnSync("node", ["--version"]).status === 0;

/** The client for Node, without anything of the server. */
async function bundleForNode(folder: string): Promise<string> {
  const outfile = join(folder, "client.mjs");
  const { metafile } = await build({
    entryPoints: [program],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    metafile: true,
    logLevel: "error",
  });
  await stop();
  const ours = Object.keys(metafile.inputs).filter((path) => !path.includes("node_modules"));
  assert.ok(ours.every((path) => !/app\.ts|routes|zod/.test(path)), ours.join());
  return outfile;
}

async function run(command: string, args: readonly string[], url: string) {
  const files = [slicePath, maskPath, slicePath, slicePath.replace("_17", "_1")];
  const paths = files.map((path) => fileURLToPath(new URL(path, root)));
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args, url, ...paths],
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test({
  name: `createClient() asks a running server from Deno and from Node${
    hasNode ? "" : " (skipped: there is no node on this machine)"
  }`,
  ignore: !hasNode,
  async fn(t) {
    const folder = await Deno.makeTempDir();
    await using server = await startEdge();
    const said: unknown[] = [];
    for (
      const [name, command, args] of [
        ["Deno", Deno.execPath(), ["run", "--no-check", "--allow-read", "--allow-net", program]],
        ["Node", "node", [await bundleForNode(folder)]],
      ] as const
    ) {
      await t.step(name, async () => {
        const result = await run(command, args, server.url);
        assert.equal(result.models[0], "preview");
        assert.equal(result.id, "mine");
        assert.ok(result.area > 2500);
        assert.equal(result.pixels, result.area);
        assert.deepEqual([result.shape, result.dice], [[256, 256], 1]);
        assert.deepEqual(result.progress, [0.5, 1]);
        assert.equal(result.slices.length, 2);
        assert.match(result.file[0], /_mask\.zip$/);
        assert.deepEqual(result.file.slice(1), ["application/zip", true]);
        assert.equal(result.unknown.status, 404);
        assert.deepEqual(result.unknown.models, result.models);
        assert.deepEqual(result.left, { name: "AbortError" });
        said.push(result);
      });
    }
    assert.deepEqual(said[0], said[1]);
    await Deno.remove(folder, { recursive: true });
  },
});
