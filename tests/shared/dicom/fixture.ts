/**
 * Series written by pydicom (tests/fixtures/dicom/make_with_pydicom.py).
 *
 * @module
 */
import { listRepositoryFolder, readFixture } from "../repository.ts";

/** A series' content, turned into our axes by highdicom. */
export interface ExpectedSeries {
  /** [slices, height, width, channels]. */
  readonly shape: readonly number[];
  readonly data: readonly number[];
  /** Of an index [slice, row, column]. */
  readonly affine: readonly number[][];
  readonly spacing: readonly number[];
}

/** By the names of the folders. */
export const expectedSeries: Readonly<Record<string, ExpectedSeries>> = JSON.parse(
  new TextDecoder().decode(readFixture("dicom/expected.json")),
);

/** The files of a series. */
export function readSeries(name: string): Uint8Array[] {
  return listRepositoryFolder(`tests/fixtures/dicom/${name}`)
    .map((file) => readFixture(`dicom/${name}/${file}`));
}
