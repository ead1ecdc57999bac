/** DICOM-SEG read back: what we wrote, and what is refused. What highdicom writes is in highdicom_test.ts. */
import assert from "node:assert/strict";
import test from "node:test";
import { decodeDicomSeries } from "../../../shared/dicom/decode.ts";
import {
  decodeDicomSegmentation,
  type DicomOutlineOptions,
} from "../../../shared/dicom/decode_segmentation.ts";
import { encodeDicomSegmentation } from "../../../shared/dicom/segmentation.ts";
import { assertSameGeometry } from "../../../shared/geometry.ts";
import { placeOutline } from "../../../shared/place_outline.ts";
import { expectedSeries, readSeries } from "./fixture.ts";

const placement = { action: "compare", names: ["series", "outline"] } as const;

/** Decodes a segmentation and lays it into its series. */
function placed(bytes: Uint8Array, geometry: ReturnType<typeof decodeDicomSeries>["geometry"]) {
  const outline = decodeDicomSegmentation(bytes);
  return placeOutline(outline.data, outline.geometry, geometry, placement);
}

for (const name of Object.keys(expectedSeries)) {
  test(`decodeDicomSegmentation reads back what was drawn on ${name}, empty frames left out`, () => {
    const { geometry } = decodeDicomSeries(readSeries(name));
    const [slices, height, width] = geometry.shape;
    const data = Uint8Array.from(
      { length: slices * height * width },
      (_, i) => i % 7 === 0 && i > height * width ? 1 : 0,
    );
    const bytes = encodeDicomSegmentation({ data, shape: geometry.shape }, geometry);
    assert.deepEqual(placed(bytes, geometry), data);
  });
}

const { geometry } = decodeDicomSeries(readSeries("explicit"));
const [slices, height, width] = geometry.shape;

function drawn(...voxels: readonly [slice: number, row: number, column: number][]): Uint8Array {
  const data = new Uint8Array(slices * height * width);
  for (const [slice, row, column] of voxels) data[(slice * height + row) * width + column] = 1;
  return encodeDicomSegmentation({ data, shape: geometry.shape }, geometry);
}

test("decodeDicomSegmentation fills frames between others that are not in the file", () => {
  const outline = decodeDicomSegmentation(drawn([0, 1, 2], [3, 1, 2]));
  assert.deepEqual(outline.geometry.shape, [4, height, width]);
  const tumor = Array.from(outline.data).flatMap((value, index) => value ? [index] : []);
  assert.deepEqual(tumor, [width + 2, (3 * height + 1) * width + 2]);
  assertSameGeometry("compare", ["series", "outline"], geometry, outline.geometry);
});

test("decodeDicomSegmentation knows the distance between slices from one frame", () => {
  const outline = decodeDicomSegmentation(drawn([2, 1, 2]));
  assert.deepEqual(outline.geometry.shape, [1, height, width]);
  assert.deepEqual(outline.geometry.spacing, geometry.spacing);
});

/** A file with the same number of letters replaced. */
function changed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  assert.equal(from.length, to.length);
  const text = String.fromCharCode(...bytes);
  assert.ok(text.includes(from), `the file must hold ${from}`);
  return Uint8Array.from(text.replaceAll(from, to), (letter) => letter.charCodeAt(0));
}

const file = drawn([0, 1, 1], [2, 3, 4]);
const refusals: [string, Uint8Array, RegExp, DicomOutlineOptions?][] = [
  ["a series", readSeries("explicit")[0], /must be a Segmentation .*: current value is 1\.2\.840/],
  [
    "a label map",
    changed(file, "BINARY", "LABELS"),
    /BINARY or FRACTIONAL: current value is LABEL/,
  ],
  ["a file cut short", file.subarray(0, file.length - 2), /whole and intact/],
  ["too many pixels", file, /at most 89 pixels: current value is 6x5x3/, { maxValues: 89 }],
];

for (const [what, bytes, message, options] of refusals) {
  test(`decodeDicomSegmentation refuses ${what}`, () => {
    assert.throws(() => decodeDicomSegmentation(bytes, options), message);
  });
}
