/** Data sets: real patients are read right, and everything wrong is named by its file. */
import assert from "node:assert/strict";
import {
  copyFile,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { encodePng, maskToPng } from "../../../shared/image/encode_png.ts";
import {
  DatasetError,
  findPatients,
  readDataset,
  readPatient,
} from "../../../train/data/dataset.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

const sample = new URL("../../../train/sample", import.meta.url).pathname;
const patient = "TCGA_CS_4943_20000902", other = "TCGA_HT_7602_19951103";
const golden = JSON.parse(
  await readFile(new URL("../../golden/volumes.json", import.meta.url), "utf8"),
);

Deno.test("findPatients finds the sample's patients, slices by number", async () => {
  const patients = await findPatients(sample);
  assert.deepEqual(patients.map(({ id, slices }) => [id, slices.length]), [
    ["TCGA_CS_4943_20000902", 20],
    ["TCGA_DU_5855_19951217", 26],
    ["TCGA_FG_6692_20020606", 26],
    ["TCGA_HT_7602_19951103", 20],
  ]);
  const numbers = patients[0].slices.map(({ number }) => number);
  assert.deepEqual(numbers, Array.from({ length: 20 }, (_, index) => index + 1));
});

Deno.test("readPatient reads the voxels that the reference numbers were made from", async () => {
  const [files] = await findPatients(sample);
  const { volume, mask, sliceNumbers } = await readPatient(files);
  assert.ok(volume.data instanceof Uint8Array);
  const largest = 16; // slice number 17
  assert.equal(sliceNumbers[largest], 17);
  const voxel = ((largest * 256 + 128) * 256 + 128) * 3;
  const { p10, p99, voxel_128_128, tumor_voxels } = golden[patient];
  for (let channel = 0; channel < 3; channel++) {
    const scaled = (volume.data[voxel + channel] - p10[channel]) / (p99[channel] - p10[channel]);
    assert.ok(Math.abs(scaled - voxel_128_128[channel]) < 1e-6);
  }
  assert.equal(mask.data.reduce((sum, value) => sum + value, 0), tumor_voxels);
});

Deno.test("findPatients leaves alone what is no patient and no TIFF, and follows links", async () => {
  await withFolder(async (folder) => {
    const target = await copySlices(folder, patient, [2, 10]);
    await writeFile(join(folder, "data.csv"), "");
    await writeFile(join(target, ".DS_Store"), "");
    await writeFile(join(target, `._${patient}_2.tif`), "");
    await mkdir(join(folder, ".git"));
    await mkdir(join(folder, "__MACOSX"));
    await symlink(join(sample, other), join(folder, other));
    const patients = await findPatients(folder);
    assert.deepEqual(patients.map(({ id }) => id), [patient, other]);
    assert.deepEqual(patients[0].slices.map(({ number }) => number), [2, 10]);
  });
});

/** What is done to a data set of slices 9 and 10 of one patient, and which problem that must give. */
const broken: [name: string, damage: (patient: string) => Promise<void>, problem: RegExp][] = [
  [
    "a mask that is missing",
    (folder) => rm(join(folder, `${patient}_9_mask.tif`)),
    /_9\.tif: has no mask/,
  ],
  [
    "an image that is missing",
    (folder) => rm(join(folder, `${patient}_9.tif`)),
    /_9_mask\.tif: has no image/,
  ],
  [
    "a file cut short",
    (folder) => truncate(join(folder, `${patient}_9.tif`), 20_000),
    /_9\.tif: Cannot decode the image/,
  ],
  [
    "a file that is no image",
    (folder) => writeFile(join(folder, `${patient}_10_mask.tif`), "no image"),
    /_10_mask\.tif: Cannot/,
  ],
  [
    "an empty file",
    (folder) => writeFile(join(folder, `${patient}_10.tif`), ""),
    /_10\.tif: Cannot/,
  ],
  [
    "a mask that is not binary",
    (folder) => copyFile(join(folder, `${patient}_9.tif`), join(folder, `${patient}_9_mask.tif`)),
    /_9_mask\.tif: Cannot read the mask .* 0 or 255/,
  ],
  [
    "an image with one channel",
    (folder) => copyFile(join(folder, `${patient}_9_mask.tif`), join(folder, `${patient}_9.tif`)),
    /_9\.tif: must have 3 channels of 8 bits .*: it has 1 of 8/,
  ],
  [
    "a mask of another size than its image",
    (folder) =>
      writeFile(
        join(folder, `${patient}_9_mask.tif`),
        maskToPng({ data: new Uint8Array(64 * 32), shape: [64, 32] }),
      ),
    /_9_mask\.tif: is 32 x 64 pixels, but its image is 256 x 256/,
  ],
  [
    "a slice of another size than the first",
    async (folder) => {
      const slice = { data: new Uint8Array(64 * 32 * 3), height: 64, width: 32, channels: 3 };
      await writeFile(join(folder, `${patient}_10.tif`), encodePng(slice));
      const mask = { data: new Uint8Array(64 * 32), shape: [64, 32] };
      await writeFile(join(folder, `${patient}_10_mask.tif`), maskToPng(mask));
    },
    /_10\.tif: is 32 x 64 pixels, but .*_9\.tif is 256 x 256/,
  ],
  [
    "a TIFF of another patient",
    (folder) => rename(join(folder, `${patient}_9.tif`), join(folder, `${other}_9.tif`)),
    new RegExp(`${other}_9\\.tif: is neither ${patient}_N`),
  ],
  [
    "a slice number given twice",
    (folder) => copyFile(join(folder, `${patient}_9.tif`), join(folder, `${patient}_09.tif`)),
    /_9\.tif: gives the same slice as .*_09\.tif/,
  ],
  [
    "an empty patient folder",
    (folder) => mkdir(join(folder, "..", "empty")),
    /empty: holds no slices/,
  ],
];

for (const [name, damage, problem] of broken) {
  Deno.test(`readDataset names ${name}`, async () => {
    await withFolder(async (folder) => {
      await damage(await copySlices(folder, patient, [9, 10]));
      await assert.rejects(readDataset(folder), (error) => {
        assert.ok(error instanceof DatasetError);
        assert.match(error.problems.join("\n"), problem);
        return true;
      });
    });
  });
}

Deno.test("readDataset collects every problem before it complains", async () => {
  await withFolder(async (folder) => {
    const first = await copySlices(folder, patient, [9, 10]);
    const second = await copySlices(folder, other, [9]);
    await rm(join(first, `${patient}_9_mask.tif`));
    await truncate(join(first, `${patient}_10.tif`), 1000);
    await truncate(join(second, `${other}_9_mask.tif`), 100);
    await assert.rejects(readDataset(folder), (error: DatasetError) => {
      assert.equal(error.problems.length, 3);
      return true;
    });
  });
});

Deno.test("DatasetError lists some problems and counts the rest", () => {
  const problems = Array.from({ length: 25 }, (_, index) => `file ${index}: is bad`);
  const { message } = new DatasetError("data", problems);
  assert.match(message, /data as it has 25 problems:/);
  assert.match(message, /file 19: is bad\n {2}and 5 more$/);
});

Deno.test("findPatients refuses a folder that is not there, is a file, or holds no patients", async () => {
  await withFolder(async (folder) => {
    await assert.rejects(findPatients(folder), /holds no patient folders/);
    await assert.rejects(findPatients(join(folder, "nowhere")), /nowhere: does not exist/);
    await writeFile(join(folder, "file"), "");
    await assert.rejects(findPatients(join(folder, "file")), /file: is not a folder/);
  });
});

Deno.test("findPatients says where it looked for a relative path, and only then", async () => {
  const { message } = await findPatients("no/such").catch((error) => error);
  assert.ok(
    message.endsWith(`no/such: does not exist (relative paths are taken from ${Deno.cwd()})`),
    message,
  );
  const absolute = await findPatients("/no/such").catch((error) => error);
  assert.ok(absolute.message.endsWith("/no/such: does not exist"), absolute.message);
});

Deno.test("findPatients names the folder of patients when it is given the one above", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "kaggle_3m"), volumes = join(folder, "brats");
    await copySlices(data, patient, [2]);
    await mkdir(join(volumes, "BraTS20_Training_001"), { recursive: true });
    await writeFile(join(volumes, "BraTS20_Training_001/BraTS20_Training_001_flair.nii.gz"), "");
    await mkdir(join(folder, "empty/notes"), { recursive: true });
    await writeFile(join(folder, "empty/notes/1.tif"), "");
    const { problems } = await findPatients(folder).catch((error) => error);
    const remedies = problems.map((problem: string) => /give (.*) as the data/.exec(problem)?.[1]);
    assert.deepEqual(remedies, [volumes, undefined, data]);
  });
});
