/** Segmenting NIfTI and DICOM from the command line: masks in the image's own space, by the image's own format. */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import dicomParser from "dicom-parser";
import { assertSameGeometry, geometryOfSpacing } from "../../../shared/geometry.ts";
import { decodeNifti, decodeNiftiMask } from "../../../shared/nifti/decode.ts";
import { encodeNifti } from "../../../shared/nifti/encode.ts";
import { findPatients, readPatient } from "../../../train/data/dataset.ts";
import { readModel } from "../../../train/export/model_folder.ts";
import { openSegmenter } from "../../../train/evaluation/segmentation.ts";
import { readFixture } from "../../shared/repository.ts";
import { root, runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";
import {
  channelOf,
  someSlices,
  spacing,
  writeDicomPatient,
  writeNiftiPatient,
} from "../support/volume_patients.ts";

const model = join(root, "edge/models/reference");
const [files] = await findPatients(join(root, "train/sample"));
const original = await readPatient(files);
const { volume } = someSlices(original.volume, original.mask, 15, 18);

async function segment(out: string, ...inputs: string[]) {
  const result = await runCommand("segment", "--model", model, ...inputs, "--out", out);
  assert.equal(result.code, 0, result.stderr);
  return result.stdout;
}

/** The mask that the model draws on the volume itself. */
async function expectedMask() {
  const segmenter = await openSegmenter(await readModel(model));
  try {
    return await segmenter.segmentVolume(volume);
  } finally {
    segmenter.close();
  }
}

Deno.test("segment writes the mask of NIfTI files in their own space", async () => {
  const mask = await expectedMask();
  assert.ok(mask.data.includes(1));
  await withFolder(async (folder) => {
    const data = join(folder, "data"), out = join(folder, "out");
    await writeNiftiPatient(data, "P", volume);
    assert.match(await segment(out, data), /3 slices segmented/);
    assert.deepEqual((await readdir(join(out, "P"))).sort(), ["P_mask.nii.gz", "overlays"]);
    assert.equal((await readdir(join(out, "P", "overlays"))).length, 3);
    const written = await decodeNiftiMask(await readFile(join(out, "P", "P_mask.nii.gz")));
    assert.deepEqual(written.mask, mask);
    const image = await decodeNifti(await readFile(join(data, "P", "P_flair.nii.gz")));
    assert.deepEqual(written.geometry, image.geometry);
  });
});

Deno.test("segment keeps the axes of a NIfTI that is not upright, and takes a file on its own", async () => {
  await withFolder(async (folder) => {
    // 5 x 4 x 3 voxels along right to left, front to back ...: too small for the network, so 16 times as large.
    const { geometry } = await decodeNifti(readFixture("nifti/axes_PSR.nii.gz"));
    const shape = geometry.shape.map((length) => length * 16) as [number, number, number];
    const large = {
      ...geometry,
      shape,
      space: { ...geometry.space, sizes: geometry.space.sizes.map((n) => n * 16) },
    } as unknown as typeof geometry;
    const [slices, height, width] = shape;
    const data = Uint8Array.from({ length: slices * height * width }, (_, i) => i % 251);
    const path = join(folder, "scan.nii.gz"), out = join(folder, "out");
    const image = { data, slices, height, width, channels: 1 };
    await writeFile(path, await encodeNifti(image, large));
    await segment(out, path);
    const written = await decodeNiftiMask(await readFile(join(out, "scan", "scan_mask.nii.gz")));
    const read = await decodeNifti(await readFile(path));
    assert.deepEqual(written.geometry, read.geometry);
    assert.deepEqual(read.volume.data, data);
  });
});

Deno.test("segment writes DICOM-SEG for DICOM series, the same mask", async () => {
  const mask = await expectedMask();
  await withFolder(async (folder) => {
    const data = join(folder, "data"), out = join(folder, "out");
    const patient = await writeDicomPatient(data, "P", volume);
    assert.match(await segment(out, patient), /3 slices segmented/);
    const file = dicomParser.parseDicom(await readFile(join(out, "P", "P_mask.dcm")));
    assert.equal(file.string("x00080060"), "SEG");
    assert.equal(file.string("x00100020"), "P");
    const { dataOffset, length } = file.elements.x7fe00010;
    const bytes = file.byteArray.subarray(dataOffset, dataOffset + length);
    const bits = Uint8Array.from({ length: 8 * length }, (_, i) => bytes[i >> 3] >> (i & 7) & 1);
    // Three frames, each with tumor, from the feet to the head as ours.
    assert.deepEqual(bits, mask.data);
    const algorithm = file.elements.x00620002.items![0].dataSet!.string("x00620009");
    const { card } = await readModel(model);
    assert.equal(algorithm, `${card.name} ${card.version}`);
  });
});

Deno.test("segment names the file when sequences lie in different places", async () => {
  await withFolder(async (folder) => {
    const target = await writeNiftiPatient(folder, "P", volume);
    const other = geometryOfSpacing([3, 256, 256], [4, 1, 1]);
    const t1 = join(target, "P_t1.nii.gz");
    await writeFile(t1, await encodeNifti(channelOf(volume, 0), other));
    const { code, stderr } = await runCommand("segment", "--model", model, folder, "--out", folder);
    assert.equal(code, 1);
    assert.match(stderr, /^error: [^\n]*P_t1\.nii\.gz: Cannot join the sequences[^\n]*\n$/);
    const flair = await decodeNifti(await readFile(join(target, "P_flair.nii.gz")));
    const same = geometryOfSpacing([3, 256, 256], spacing);
    assertSameGeometry("compare", ["file", "own"], flair.geometry, same);
  });
});
