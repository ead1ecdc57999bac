/**
 * The environment of a function, which has no command line: for each option of `deno task edge` that it can be told, a
 * variable.
 *
 * @module
 */

/**
 * The variable that says what an option says.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(variableOf("--max-pixels"), "GLIOMAP_MAX_PIXELS");
 * ```
 */
export function variableOf(flag: string): string {
  return `GLIOMAP_${flag.slice(2).toUpperCase().replaceAll("-", "_")}`;
}

/**
 * What that variable says; nothing where it is not set, or may not be read, so that a function without settings needs no
 * permission.
 */
export function readVariable(flag: string): string | undefined {
  const variable = variableOf(flag);
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) : undefined;
}
