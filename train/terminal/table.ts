/**
 * Aligned tables for the terminal.
 *
 * @module
 */

/**
 * Rows under a header, columns as wide as they need to be; the first column to the left, numbers to the right.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(formatTable(["id", "Dice"], [["a", "0.9"], ["bb", "-"]]), "id  Dice\na    0.9\nbb     -");
 * ```
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) =>
    line.map((cell, column) => column ? cell.padStart(widths[column]) : cell.padEnd(widths[0]))
      .join("  ").trimEnd()
  ).join("\n");
}
