/**
 * Some of the patients that were found, by name.
 *
 * @module
 */

/**
 * Those that are named, in the order in which they were found; all, where no names are given.
 *
 * @throws {TypeError} with every name that no patient has.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const found = [{ id: "a" }, { id: "b" }, { id: "c" }];
 * assert.deepEqual(choosePatients(found, ["c", "a"]), [{ id: "a" }, { id: "c" }]);
 * assert.throws(() => choosePatients(found, ["a", "x"]), /current value is x/);
 * ```
 */
export function choosePatients<T extends { readonly id: string }>(
  found: readonly T[],
  names?: readonly string[],
): readonly T[] {
  if (!names) return found;
  const known = new Set(found.map(({ id }) => id));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length) {
    throw new TypeError(
      `Cannot validate the named patients as each must be in the data: current value is ${
        unknown.join(", ")
      }`,
    );
  }
  return found.filter(({ id }) => names.includes(id));
}
