/**
 * What nibabel reads in the files of tests/fixtures/nifti.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readFixture } from "../repository.ts";

/** One file's content, turned into our axes by nibabel. */
export interface ExpectedFile {
  /** [slices, height, width, channels]. */
  readonly shape: readonly number[];
  readonly data: readonly number[];
  /** Of an index [slice, row, column]. */
  readonly affine: readonly number[][];
  readonly spacing: readonly number[];
  /** As the file has it. */
  readonly fileAffine: readonly number[][];
  readonly fileShape: readonly number[];
}

/** By the files' names. */
export const expectedFiles: Readonly<Record<string, ExpectedFile>> = JSON.parse(
  new TextDecoder().decode(readFixture("nifti/expected.json")),
);

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
