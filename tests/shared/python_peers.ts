/**
 * Python libraries that other people read our files with, where they are installed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { peersPython } from "../bench/peers.ts";

const hasPeers = spawnSync(peersPython, ["-c", "import nibabel, pydicom, highdicom"]).status === 0;

/** Registers a test that needs nibabel, pydicom and highdicom; skipped, by name, where they are not. */
export function testWithPeers(name: string, fn: () => void | Promise<void>): void {
  const why = hasPeers ? "" : " (skipped: run deno task test:peers first)";
  Deno.test({ name: `${name}${why}`, ignore: !hasPeers, fn });
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
