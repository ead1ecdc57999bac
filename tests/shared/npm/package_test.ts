/// <reference lib="dom" />

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";
import { decodeImage } from "../../../shared/image/decode.ts";
import { findChromium, launch } from "../../e2e/browser.ts";
import { readFixture } from "../repository.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const here = import.meta.dirname!;

const hasNpm = ["node", "npm"].every((program) => spawnSync(program, ["--version"]).status === 0);
if (!hasNpm) console.log("The npm package is not tested: there is no npm on this machine");

/** Runs a program to its end; the test fails with all that it said where it does. */
function run(cwd: string, program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  assert.equal(status, 0, `${program} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

/** A project that has nothing but the package, installed from its tarball. */
function installPackage(folder: string): void {
  const built = join(folder, "package"), task = ["task", "--quiet", "package", "--out", built];
  run(root, Deno.execPath(), task);
  const packed = run(folder, "npm", ["pack", "./package", "--json"]);
  const [{ filename }] = JSON.parse(packed);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
  run(folder, "npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", `./${filename}`]);
  cpSync(join(built, "docs"), join(folder, "documentation"), { recursive: true });
  rmSync(built, { recursive: true });
}

/** What the consumers, which know nothing of this repository, must find. */
async function expected() {
  const sum = async (name: string) => {
    const pixels = Array.from((await decodeImage(readFixture(name))).data);
    return pixels.reduce((total, value) => total + value, 0);
  };
  return {
    dice: 0.8,
    hd95: 5,
    webp: await sum("slice.webp"),
    tiff: await sum("slice.tif"),
  };
}

async function bundleFor(folder: string, entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, entry)],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "error",
  });
  await stop();
  return outputFiles[0].text;
}

/** What a page finds that loads the script, which may ask for the images and for nothing else. */
async function resultInPage(executable: string, script: string): Promise<unknown> {
  const answers: Record<string, [BodyInit, string]> = {
    "/": ['<!doctype html><link rel="icon" href="data:,">', "text/html"],
    "/consumer.js": [script, "text/javascript"],
    "/slice.webp": [readFixture("slice.webp") as Uint8Array<ArrayBuffer>, "image/webp"],
    "/slice.tif": [readFixture("slice.tif") as Uint8Array<ArrayBuffer>, "image/tiff"],
  };
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const answer = answers[new URL(request.url).pathname];
    if (!answer) return new Response(null, { status: 404 });
    return new Response(answer[0], { headers: { "Content-Type": answer[1] } });
  });
  await using browser = await launch(executable);
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.addr.port}/`);
  return await page.evaluate(async () => {
    const { measure } = await import(new URL("/consumer.js", location.href).href);
    const load = async (name: string) => (await fetch(name)).bytes();
    return measure(await load("slice.webp"), await load("slice.tif"));
  });
}

Deno.test({
  name: "the npm package",
  ignore: !hasNpm,
  async fn(t) {
    const folder = mkdtempSync(join(tmpdir(), "gliomap-"));
    try {
      await t.step("installs from its tarball, with exact versions of all it needs", () => {
        installPackage(folder);
        const installed = join(folder, "node_modules/@gliomap/shared/package.json");
        const { dependencies, peerDependencies } = JSON.parse(readFileSync(installed, "utf8"));
        assert.deepEqual(Object.keys(dependencies), [
          "@jsquash/webp",
          "dicom-parser",
          "fast-png",
          "jpeg-js",
          "protobufjs",
        ]);
        for (const version of Object.values({ ...dependencies, ...peerDependencies })) {
          assert.match(version as string, /^\d+\.\d+\.\d+$/);
        }
      });
      await t.step("has a page of documentation for every docstring, beside the tarball", () => {
        const docs = readFileSync(join(folder, "documentation/dice.ts/~/volumeDice.html"), "utf8");
        assert.match(docs, /NaN where both masks are empty/);
        assert.match(docs, /from (&quot;|")@gliomap\/shared\/dice(&quot;|")/);
        const index = readFileSync(join(folder, "documentation/all_symbols.html"), "utf8");
        assert.match(index, /hausdorff/);
        assert.equal(existsSync(join(folder, "node_modules/@gliomap/shared/docs")), false);
      });
      await t.step("is not written over anything but an earlier package", () => {
        const { status, stderr } = spawnSync(
          Deno.execPath(),
          ["task", "--quiet", "package", "--out", folder],
          { cwd: root, encoding: "utf8" },
        );
        assert.equal(status, 1);
        assert.match(stderr, /Cannot write the package as the folder must be empty/);
      });
      cpSync(join(here, "consumer"), folder, { recursive: true });

      await t.step("measures Dice and decodes a WebP and a TIFF in Node", async () => {
        const images = ["slice.webp", "slice.tif"].map((name) =>
          join(root, "tests/fixtures", name)
        );
        const printed = run(folder, "node", ["node_consumer.mjs", ...images]);
        assert.deepEqual(JSON.parse(printed), await expected());
      });

      await t.step("runs a model in Node where ONNX Runtime is installed beside it", () => {
        const runtime = "node_modules/onnxruntime-web";
        symlinkSync(join(root, runtime), join(folder, runtime), "junction");
        const model = join(root, "edge/models/reference");
        const printed = run(folder, "node", ["inference_consumer.mjs", model]);
        assert.deepEqual(JSON.parse(printed), [64, 48]);
      });

      await t.step("has types and docstrings for TypeScript", () => {
        const compiler = join(root, "node_modules/typescript/lib/tsc.js");
        run(folder, "node", [compiler, "--project", "tsconfig.json"]);
        const types = join(folder, "node_modules/@gliomap/shared/dice.d.ts");
        assert.match(readFileSync(types, "utf8"), /NaN where both masks are empty/);
      });

      await t.step("leaves out of a bundle what is not used", async () => {
        const script = await bundleFor(folder, "dice_consumer.mjs");
        assert.ok(script.length < 4000, `${script.length} bytes for Dice alone`);
      });

      const executable = findChromium();
      if (!executable) console.log("No Chromium was found: the npm package is not tested in it.");
      await t.step({
        name: "measures Dice and decodes a WebP and a TIFF in a page in Chromium",
        ignore: !executable,
        async fn() {
          const script = await bundleFor(folder, "measure.mjs");
          assert.deepEqual(await resultInPage(executable!, script), await expected());
        },
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
});
