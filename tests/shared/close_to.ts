/**
 * Numbers that two programs computed.
 *
 * @module
 */
import assert from "node:assert/strict";

/** Equal but for the rounding of 32-bit floats. */
export function assertCloseTo(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of expected.entries()) {
    assert.ok(
      Math.abs(actual[i] - value) <= 1e-5 * Math.max(1, Math.abs(value)),
      `${actual[i]} is not ${value}`,
    );
  }
}
