import assert from "node:assert/strict";
import { readFiles } from "../../../../edge/web/open/read_files.ts";
import { referencePreprocessing } from "../../../../shared/scaling.ts";
import { numbers, patient, slices } from "../../support/patient_scan.ts";

const images = slices.map((bytes, index) => new File([bytes], `${patient}_${numbers[index]}.tif`));

/** What lies in folders of scans, from BIDS, disks of DICOM and systems. */
const beside = ["README.txt", "LICENSE.md", "scan.json", "Thumbs.db", "DICOMDIR", ".DS_Store"]
  .map((name) => new File(["beside"], name));

function read(files: readonly File[], onFile = (_done: number, _total: number) => {}) {
  return readFiles(files, referencePreprocessing, onFile);
}

Deno.test("readFiles() leaves out what lies beside a scan, and does not count it", async () => {
  const counted: number[][] = [];
  const { scan, masks } = await read(
    [...beside, ...images],
    (done, total) => counted.push([done, total]),
  );
  assert.deepEqual(scan!.volume, (await read(images)).scan!.volume);
  assert.deepEqual(masks, []);
  assert.deepEqual(counted, [[1, 3], [2, 3], [3, 3]]);
});

Deno.test("readFiles() says of a file that is no scan what it must be", async () => {
  const message =
    "README.txt is no scan that can be read: it must be TIFF, PNG, JPEG, WebP, NIfTI or DICOM.";
  await assert.rejects(read(beside.slice(0, 1)), { message });
});

Deno.test("readFiles() refuses slices of one name, whose order nothing tells", async () => {
  const alike = images.slice(0, 2).map((image) => new File([image], "slice.tif"));
  await assert.rejects(read(alike), /several are called slice\./);
});
