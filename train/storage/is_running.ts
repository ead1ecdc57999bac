/**
 * Whether the process that left something is still there to finish it.
 *
 * @module
 */
import process from "node:process";

/**
 * Whether a process of that number is there, be it another user's. It sees those of this machine, or of this container:
 * a number that comes from elsewhere says nothing, and numbers are given again.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.ok(isRunning(process.pid));
 * const { pid, status } = new Deno.Command(Deno.execPath(), { args: ["eval", ""] }).spawn();
 * await status;
 * assert.ok(!isRunning(pid));
 * ```
 */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
