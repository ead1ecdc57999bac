/**
 * A validation as JSON.
 *
 * @module
 */

/** A number that every parser reads as infinity, though none writes it. */
const infinity = "1e999", placeholder = "\u0000infinity";

/**
 * JSON that keeps infinite figures apart from those that are not defined: infinity is written as 1e999, which is valid
 * JSON and which parsers read as infinity. NaN is null.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const text = toJson({ hd95: Infinity, difference: -Infinity, dice: null });
 * assert.deepEqual(JSON.parse(text), { hd95: Infinity, difference: -Infinity, dice: null });
 * ```
 */
export function toJson(value: unknown): string {
  const marked = JSON.stringify(value, (_, part) => {
    if (part === Infinity) return placeholder;
    return part === -Infinity ? `-${placeholder}` : part;
  }, 2);
  return marked.replaceAll(JSON.stringify(placeholder), infinity)
    .replaceAll(JSON.stringify(`-${placeholder}`), `-${infinity}`) + "\n";
}
