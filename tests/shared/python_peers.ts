/**
 * Python libraries that other people read our files with, where they are installed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { peersPython } from "../bench/peers.ts";

const formats = "nibabel, pydicom, highdicom";
const known = new Map<string, boolean>();

function has(modules: string): boolean {
  if (!known.has(modules)) {
    known.set(modules, spawnSync(peersPython, ["-c", `import ${modules}`]).status === 0);
  }
  return known.get(modules)!;
}

/** Registers a test that needs Python modules; skipped, by name, where they are not. */
export function testWithPeers(
  name: string,
  fn: () => void | Promise<void>,
  modules = formats,
): void {
  const ignore = !has(modules);
  const why = ignore ? " (skipped: run deno task test:peers first)" : "";
  Deno.test({ name: `${name}${why}`, ignore, fn });
}

/** Runs a Python program of the tests and gives what it prints as JSON. */
export function runPython(program: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(peersPython, [program, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}
