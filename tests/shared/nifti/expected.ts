/**
 * What nibabel reads in the files of tests/fixtures/nifti.
 *
 * @module
 */
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
