/** nibabel opens what we write. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { geometryOfSpacing, type VolumeGeometry } from "../../../shared/geometry.ts";
import { decodeNifti } from "../../../shared/nifti/decode.ts";
import { encodeNifti, encodeNiftiMask } from "../../../shared/nifti/encode.ts";
import type { NumberType } from "../../../shared/number_type.ts";
import { runPython, testWithPeers } from "../python_peers.ts";
import { readFixture } from "../repository.ts";
import { assertCloseTo } from "../close_to.ts";
import { expectedFiles } from "./expected.ts";

async function readWithNibabel(files: Uint8Array[], ending = ".nii.gz") {
  const folder = await mkdtemp(join(tmpdir(), "gliomap-"));
  try {
    const paths = files.map((_, i) => join(folder, `${i}${ending}`));
    await Promise.all(files.map((bytes, i) => writeFile(paths[i], bytes)));
    return runPython(`${import.meta.dirname}/read_with_nibabel.py`, ...paths);
  } finally {
    await rm(folder, { recursive: true });
  }
}

testWithPeers("encodeNiftiMask: nibabel finds mask and image in one space", async () => {
  const names = Object.keys(expectedFiles).filter((name) => expectedFiles[name].shape[3] === 1);
  const written = await Promise.all(names.map(async (name) => {
    const { volume, geometry } = await decodeNifti(readFixture(`nifti/${name}`));
    const data = Uint8Array.from(volume.data, (_, i) => i % 7 === 0 ? 1 : 0);
    return await encodeNiftiMask({ data, shape: geometry.shape }, geometry);
  }));
  const read = await readWithNibabel(written);
  for (const [i, name] of names.entries()) {
    const { fileShape, fileAffine } = expectedFiles[name];
    assert.deepEqual(read[i].shape, fileShape, name);
    assert.equal(read[i].type, "uint8");
    const perMillimetre = name === "microns.nii" ? 1000 : 1;
    const expected = fileAffine.flat().map((number) => number * perMillimetre);
    assertCloseTo(read[i].affine.flat(), expected);
    assert.equal(read[i].data.filter((value: number) => value === 1).length, 9, name);
  }
});

testWithPeers("encodeNifti: nibabel reads every type in both byte orders", async () => {
  const types: NumberType[] = ["uint8", "int8", "uint16", "int16", "uint32", "int32"];
  types.push("uint64", "int64", "float32", "float64");
  const cases = types.flatMap((dataType) =>
    [true, false].map((littleEndian) => ({ dataType, littleEndian }))
  );
  const values = [0, 1, 1.5, 63];
  const volume = { data: Float32Array.from(values), slices: 1, height: 1, width: 4, channels: 1 };
  const geometry = geometryOfSpacing([1, 1, 4], [5, 2, 1]);
  const read = await readWithNibabel(
    await Promise.all(
      cases.map((type) => encodeNifti(volume, geometry, { ...type, gzip: false, slope: 0.5 })),
    ),
    ".nii",
  );
  for (const [i, { dataType, littleEndian }] of cases.entries()) {
    assert.equal(read[i].type, dataType);
    assert.equal(read[i].endianness, littleEndian ? "<" : ">");
    assert.deepEqual(read[i].shape, [4, 1, 1]);
    assert.deepEqual(read[i].data, values);
  }
});

testWithPeers("encodeNifti: nibabel finds the same qform and sform for any axes", async () => {
  // Axes at right angles in all directions: a tilted head, and both handednesses.
  const geometries: VolumeGeometry[] = await Promise.all(
    Object.keys(expectedFiles).filter((name) => name.startsWith("axes_")).map(async (name) => {
      const { geometry: { shape, spacing, affine } } = await decodeNifti(
        readFixture(`nifti/${name}`),
      );
      return { shape, spacing, affine };
    }),
  );
  for (const { shape, spacing, affine } of geometries.slice()) {
    const mirrored = affine.map(([a, b, c, d]) => [a, b, -c, d] as const);
    geometries.push({ shape, spacing, affine: [mirrored[0], mirrored[1], mirrored[2]] });
    const turned = [affine[2], affine[0], affine[1]] as const;
    geometries.push({ shape, spacing, affine: turned });
    const halfTurn = turned.map(([a, b, c, d]) => [-a, b, -c, d] as const);
    geometries.push({ shape, spacing, affine: [halfTurn[0], halfTurn[1], halfTurn[2]] });
  }
  const read = await readWithNibabel(
    await Promise.all(
      geometries.map((geometry) =>
        encodeNiftiMask({ data: new Uint8Array(60), shape: geometry.shape }, geometry)
      ),
    ),
  );
  for (const [i, { shape, spacing, affine }] of geometries.entries()) {
    assert.deepEqual(read[i].codes, [1, 1]);
    assert.deepEqual(read[i].shape, shape.toReversed());
    assertCloseTo(read[i].zooms, spacing.toReversed());
    const inFileOrder = affine.flatMap(([a, b, c, d]) => [c, b, a, d]);
    assertCloseTo(read[i].affine.flat(), inFileOrder);
    assertCloseTo(read[i].qform.flat(), inFileOrder);
  }
});
