/**
 * shared/ must run in Node as it does in Deno: all its tests that are written for both are bundled and run there.
 *
 * @module
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, stop } from "esbuild";

const folder = join(import.meta.dirname!, "shared");

/** The tests that use node:test; those that need Deno itself cannot run elsewhere. */
function portableTests(): string[] {
  return globSync("**/*_test.ts", { cwd: folder })
    .map((name) => join(folder, name))
    .filter((path) => readFileSync(path, "utf8").includes('from "node:test"'));
}

async function bundle(entryPoints: string[], outdir: string): Promise<void> {
  await build({
    entryPoints,
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    // Of all modules, only the tests' own way to the repository's files asks for its folder.
    define: { "import.meta.dirname": JSON.stringify(folder) },
    // dicom-parser asks for zlib by require(), which a module does not have.
    banner: {
      js: 'globalThis.require = process.getBuiltinModule("node:module").createRequire("/");',
    },
    logLevel: "error",
  });
  await stop();
}

const hasNode = spawnSync("node", ["--version"]).status === 0;
if (!hasNode) console.log("shared on Node is not tested: there is no node on this machine");

Deno.test({
  name: "shared passes its tests on Node",
  ignore: !hasNode,
  async fn() {
    const tests = portableTests(), outdir = mkdtempSync(join(tmpdir(), "gliomap-"));
    try {
      await bundle(tests, outdir);
      const files = globSync("**/*.mjs", { cwd: outdir }).map((name) => join(outdir, name));
      assert.equal(files.length, tests.length);
      const { status, stdout, stderr } = spawnSync("node", [
        "--test",
        "--test-reporter=tap",
        ...files,
      ], { encoding: "utf8" });
      const failures = stdout.match(/^not ok [\s\S]*?^ {2}\.\.\.$/gm) ?? [];
      assert.equal(status, 0, [...failures, stderr].join("\n"));
      const passed = Number(/^# pass (\d+)$/m.exec(stdout)?.[1]);
      // Every file has at least one test, or it did not run as a test at all.
      assert.ok(passed >= files.length, `${passed} tests in ${files.length} files`);
    } finally {
      rmSync(outdir, { recursive: true });
    }
  },
});
