import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";
import { decodeNiftiMask } from "../../shared/nifti/decode.ts";
import { encodeNifti } from "../../shared/nifti/encode.ts";
import { maskPath, readBytes, root, slicePath } from "./support/files.ts";
import { geometry, volume } from "./support/patient_scan.ts";
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

/** README's example as a program that asks another server than it says. */
async function exampleFor(url: string): Promise<string> {
  const readme = new TextDecoder().decode(await readBytes("edge/README.md"));
  const [, example] = /```ts ignore\n(import \{ createClient \}.*?)\n```/s.exec(readme)!;
  return example
    .replace("./client.ts", new URL("edge/client.ts", root).href)
    .replace("http://127.0.0.1:8000", url);
}

Deno.test("the client's example in README outlines a NIfTI and keeps its mask", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeFile(join(folder, "flair.nii.gz"), await encodeNifti(volume, geometry));
  await using server = await startEdge();
  await Deno.writeTextFile(join(folder, "example.ts"), await exampleFor(server.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--check",
      `--config=${fileURLToPath(new URL("deno.json", root))}`,
      "--allow-all",
      "example.ts",
    ],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  assert.equal(code, 0, decoder.decode(stderr));
  const [summary, ...progress] = decoder.decode(stdout).trim().split("\n").reverse();
  assert.deepEqual(progress, ["3 of 3", "2 of 3", "1 of 3"]);
  assert.match(summary, /^[1-9][\d.]* ml, most of it in slice [012]$/);
  const { mask } = await decodeNiftiMask(await Deno.readFile(join(folder, "flair_mask.nii.gz")));
  assert.deepEqual(mask.shape, [3, 256, 256]);
  assert.ok(mask.data.includes(1));
  await Deno.remove(folder, { recursive: true });
});
