/**
 * Where a frame of a DICOM file lies in the patient. Source: DICOM PS3.3, C.7.6.2 (one frame a file) and C.7.6.16
 * (several).
 *
 * @module
 */

import type { DataSet } from "dicom-parser";
import type { Affine, AffineRow, Vector } from "../geometry.ts";
import { broken, decimalsOf, itemsOf } from "./data_set.ts";
import type { Keyword } from "./tags.ts";

/** A frame's place. Directions and positions are DICOM's: [left, posterior, superior]. */
export interface DicomPlane {
  /** Of the first pixel's middle, in mm. */
  readonly position: Vector;
  /** The direction of a row, from its first column to its last. */
  readonly along: Vector;
  /** The direction of a column, from its first row to its last. */
  readonly down: Vector;
  /** Millimetres between rows, and between columns. */
  readonly pixelSpacing: readonly [number, number];
}

/** Where attributes of a frame may be: in its own group, in that of all frames, or in the file itself. */
export type Places = readonly [
  own: DataSet | undefined,
  shared: DataSet | undefined,
  file: DataSet,
];

/**
 * The place that a file gives a frame.
 *
 * @throws {ImageFormatError} when it gives none, or directions that are not at right angles.
 */
export function readPlane(places: Places): DicomPlane {
  const need = (group: Keyword, keyword: Keyword, count: number) => {
    const values = findDecimals(places, group, keyword, count);
    if (!values) throw broken(`it must say where its pixels lie, by ${keyword}`, "none");
    return values;
  };
  const [x, y, z, u, v, w] = need("PlaneOrientationSequence", "ImageOrientationPatient", 6);
  const [a, b, c] = need("PlanePositionSequence", "ImagePositionPatient", 3);
  const [rows, columns] = need("PixelMeasuresSequence", "PixelSpacing", 2);
  const along: Vector = [x, y, z], down: Vector = [u, v, w];
  assertDirections(along, down, [rows, columns]);
  return { position: [a, b, c], along, down, pixelSpacing: [rows, columns] };
}

/** Numbers of a frame, written as text; nothing where there are none. */
export function findDecimals(
  [own, shared, file]: Places,
  group: Keyword,
  keyword: Keyword,
  count: number,
): number[] | undefined {
  const places = [itemsOf(own, group)[0], itemsOf(shared, group)[0], file];
  for (const place of places) {
    const values = decimalsOf(place, keyword, count);
    if (values) return values;
  }
  return undefined;
}

function assertDirections(along: Vector, down: Vector, spacing: readonly number[]): void {
  const [x, y, z] = along, [u, v, w] = down;
  const upright = Math.abs(Math.hypot(...along) - 1) < 0.01 &&
    Math.abs(Math.hypot(...down) - 1) < 0.01 && Math.abs(x * u + y * v + z * w) < 0.01;
  if (!upright) {
    throw broken(
      "its ImageOrientationPatient must be two directions at right angles",
      [...along, ...down],
    );
  }
  if (!spacing.every((mm) => mm > 0)) throw broken("its PixelSpacing must be over 0", spacing);
}

/** The direction at right angles to a frame, in which frames follow each other. */
export function normalOf({ along: [a, b, c], down: [u, v, w] }: DicomPlane): Vector {
  return [b * w - c * v, c * u - a * w, a * v - b * u];
}

/** How far along that direction a frame lies, in mm. */
export function placeAlong([a, b, c]: Vector, { position: [x, y, z] }: DicomPlane): number {
  return a * x + b * y + c * z;
}

/** What must be the same for parallel frames of one pixel size, as text that tells it apart and can be read. */
export function kindsOfPlane({ pixelSpacing, along, down }: DicomPlane): [string, string][] {
  const round = (values: readonly number[]) =>
    values.map((value) => Math.round(value * 1000) / 1000 + 0).join(", ");
  return [
    ["PixelSpacing", round(pixelSpacing)],
    ["ImageOrientationPatient", round([...along, ...down])],
  ];
}

/**
 * The affine of an index [column, row, frame], in millimetres [right, anterior, superior].
 *
 * @param first The first frame.
 * @param step From a frame to the next, in DICOM's directions.
 */
export function affineOfPlanes(first: DicomPlane, step: Vector): Affine {
  const [rowSpacing, columnSpacing] = first.pixelSpacing;
  // DICOM's first two axes point the other way.
  const row = (i: number): AffineRow => {
    const sign = i < 2 ? -1 : 1;
    return [
      sign * first.along[i] * columnSpacing,
      sign * first.down[i] * rowSpacing,
      sign * step[i],
      sign * first.position[i],
    ];
  };
  return [row(0), row(1), row(2)];
}
