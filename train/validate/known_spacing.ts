/**
 * How large voxels are, by the files themselves or by who validates.
 *
 * @module
 */
import type { Spacing } from "../../shared/spacing.ts";

/**
 * The files' own spacing, or the one that was given; null where there is neither.
 *
 * @throws {TypeError} when there are both: which of them is right, nobody here can tell.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(knownSpacing([5, 1, 1], null), [5, 1, 1]);
 * assert.deepEqual(knownSpacing(undefined, [5, 1, 1]), [5, 1, 1]);
 * assert.throws(() => knownSpacing([5, 1, 1], [4, 1, 1]), /Cannot use --spacing/);
 * ```
 */
export function knownSpacing(own: Spacing | undefined, given: Spacing | null): Spacing | null {
  if (own && given) {
    throw new TypeError(
      `Cannot use --spacing as the files have one of their own: ${own.join(", ")} mm`,
    );
  }
  return own ?? given;
}
