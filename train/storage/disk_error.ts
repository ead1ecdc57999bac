/**
 * Errors of the disk rather than of what was to be written.
 *
 * @module
 */

const codes: readonly unknown[] = ["ENOSPC", "EDQUOT", "EROFS"];

/**
 * Whether an error, or what caused it, is that a disk is full, a quota used up, or the disk read-only.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
 * assert.ok(isDiskError(new Error("Cannot write mask.png", { cause: full })));
 * assert.ok(!isDiskError(new Error("Cannot decode slice.tif")));
 * ```
 */
export function isDiskError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return "code" in error && codes.includes(error.code) || isDiskError(error.cause);
}
