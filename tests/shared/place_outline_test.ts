import assert from "node:assert/strict";
import test from "node:test";
import { type Affine, geometryOfSpacing, type VolumeGeometry } from "../../shared/geometry.ts";
import { coveringGeometry, placeOutline } from "../../shared/place_outline.ts";

const placement = { action: "compare", names: ["scan", "outline"] } as const;
const scan = geometryOfSpacing([4, 3, 5], [5, 0.9, 0.8]);

/** Some voxels of a volume, from one on. */
function part(volume: VolumeGeometry, start: readonly number[], shape: [number, number, number]) {
  const affine = volume.affine.map(([a, b, c, d]) => [
    a,
    b,
    c,
    d + a * start[0] + b * start[1] + c * start[2],
  ]) as unknown as Affine;
  return { shape, spacing: volume.spacing, affine };
}

test("placeOutline lays an outline where it lies in all three axes, masks and probabilities", () => {
  const outline = part(scan, [1, 1, 2], [2, 2, 2]);
  const data = new Uint8Array([1, 0, 0, 0, 0, 0, 0, 1]);
  const placed = placeOutline(data, outline, scan, placement);
  const tumor = [...placed.entries()].filter(([, value]) => value).map(([index]) => index);
  assert.deepEqual(tumor, [1 * 15 + 1 * 5 + 2, 2 * 15 + 2 * 5 + 3]);
  const probability = placeOutline(Float32Array.from(data, (p) => p / 4), outline, scan, placement);
  assert.deepEqual(probability, Float32Array.from(placed, (p) => p / 4));
});

test("placeOutline leaves out what is empty beyond the volume, and refuses tumor there", () => {
  const outline = part(scan, [3, 0, 0], [2, 1, 1]);
  const placed = placeOutline(new Uint8Array([1, 0]), outline, scan, placement);
  assert.equal(placed.indexOf(1), 45);
  assert.throws(
    () => placeOutline(new Uint8Array([0, 1]), outline, scan, placement),
    /tumor of the outline must lie in the scan: current value is a voxel in slice 5 of 4/,
  );
});

test("placeOutline refuses voxels that lie between others, or are of another size", () => {
  const data = new Uint8Array(1);
  for (const [start, message] of [[[0.5, 0, 0], /position/], [[0, 0.3, 0], /position/]] as const) {
    const between = part(scan, start, [1, 1, 1]);
    assert.throws(() => placeOutline(data, between, scan, placement), message);
  }
  const thin = geometryOfSpacing([1, 1, 1], [4, 0.9, 0.8]);
  assert.throws(() => placeOutline(data, thin, scan, placement), /outline's spacing must be/);
});

test("coveringGeometry holds both, whichever comes first", () => {
  const upper = part(scan, [2, 0, 0], [2, 3, 5]), lower = part(scan, [0, 0, 0], [1, 3, 5]);
  for (const [a, b] of [[upper, lower], [lower, upper]]) {
    const { shape, affine } = coveringGeometry(a, b, placement);
    assert.deepEqual(shape, [4, 3, 5]);
    affine.flat().forEach((value, i) => assert.ok(Math.abs(value - scan.affine.flat()[i]) < 1e-9));
  }
});

test("coveringGeometry refuses outlines that are far apart", () => {
  const far = part(scan, [1e8, 0, 0], [1, 3, 5]);
  assert.throws(() => coveringGeometry(scan, far, placement), /at most 134217728 voxels/);
});
