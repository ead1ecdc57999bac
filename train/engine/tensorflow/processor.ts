/**
 * What TensorFlow's wheels take for granted of a processor. On one that lacks it, opening their libraries ends the
 * process on the spot, with nothing said.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import process from "node:process";

/**
 * Whether one of the processors that Linux describes has AVX; true where the description says nothing of it.
 *
 * @param description Of all processors, as in `/proc/cpuinfo`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.ok(hasAvx("processor\t: 0\nflags\t\t: fpu sse4_2 avx avx2\n"));
 * assert.ok(!hasAvx("processor\t: 0\nflags\t\t: fpu sse4_2\n"));
 * ```
 */
export function hasAvx(description: string): boolean {
  const flags = [...description.matchAll(/^flags\s*:(.*)$/gm)].map(([, names]) => names.split(" "));
  return flags.length === 0 || flags.some((names) => names.includes("avx"));
}

/** What the wheels' code needs and this machine's processor lacks; undefined where it lacks nothing. */
export function lackOfProcessor(): string | undefined {
  // The wheels for other architectures run on every processor of theirs.
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  return hasAvx(readFileSync("/proc/cpuinfo", "utf8")) ? undefined : "AVX";
}
