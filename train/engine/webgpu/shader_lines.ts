/**
 * Shaders whose loops are written out, so that what they count by is known when they are compiled.
 *
 * @module
 */

/** Lines of a shader, one for each number from zero on. */
export function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}
