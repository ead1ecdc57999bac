/** Pictures of a patient: the images where they are, whatever their format. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { geometryOfSpacing } from "../../../shared/geometry.ts";
import { decodeImage } from "../../../shared/image/decode.ts";
import { encodeNifti, encodeNiftiMask } from "../../../shared/nifti/encode.ts";
import { sliceOf } from "../../../shared/volume.ts";
import { findPatients, readPatient } from "../../../train/data/dataset.ts";
import { maskTasks } from "../../../train/validate/cohort_tasks.ts";
import { drawTask } from "../../../train/validate/draw_task.ts";
import type { PatientPictures } from "../../../train/validate/patient_pictures.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { layouts, moved } from "./outline_folders.ts";

const id = "TCGA_HT_7602_19951103";
const files = (await findPatients("train/sample")).find((patient) => patient.id === id)!;
const { volume, mask } = await readPatient(files);
const settings = { spacing: null, tolerance: 1, threshold: 0.5, labels: "binary" } as const;

/** How far a picture is from a slice's FLAIR, in gray levels on average. */
async function apart({ pictures, worst }: PatientPictures): Promise<number> {
  const { image, number } = pictures[worst];
  const drawn = await decodeImage(Buffer.from(image, "base64"));
  const { data, channels } = sliceOf(volume, number - 1);
  let sum = 0;
  const pixels = drawn.height * drawn.width;
  for (let i = 0; i < pixels; i++) {
    sum += Math.abs(drawn.data[drawn.channels * i] - data[channels * i + 1]);
  }
  return sum / pixels;
}

Deno.test("drawTask draws the FLAIR beside the references, the outlines over it", async () => {
  await withFolder(async (folder) => {
    await layouts.slices(folder, id, moved(mask));
    const { tasks: [task] } = await maskTasks(folder, "train/sample", {
      ...settings,
      patients: [id],
    });
    const pictures = await drawTask(task);
    assert.deepEqual([pictures.width, pictures.height, pictures.slices], [256, 256, 20]);
    assert.ok(await apart(pictures) < 3, "but for JPEG");
    const { prediction, reference } = pictures.pictures[pictures.worst];
    assert.ok(prediction.startsWith("M") && reference.startsWith("M") && prediction !== reference);
  });
});

Deno.test("drawTask draws NIfTI of 16 bits in a window, and images of another size not at all", async () => {
  await withFolder(async (folder) => {
    const references = join(folder, "references", id), predictions = join(folder, "predictions");
    await mkdir(references, { recursive: true });
    await layouts.npy(predictions, id, moved(mask));
    const geometry = geometryOfSpacing([20, 256, 256], [5, 1, 1]);
    await writeFile(
      join(references, "a_seg.nii"),
      await encodeNiftiMask(mask, geometry, { gzip: false }),
    );
    const flair = Uint16Array.from(
      { length: volume.data.length / 3 },
      (_, i) => 100 * volume.data[3 * i + 1],
    );
    const image = { ...volume, data: flair, channels: 1 };
    await writeFile(join(references, "a_flair.nii.gz"), await encodeNifti(image, geometry));
    const draw = async () => {
      const { tasks: [task] } = await maskTasks(predictions, join(folder, "references"), settings);
      return await drawTask(task);
    };
    const { pictures, worst } = await draw();
    const drawn = await decodeImage(Buffer.from(pictures[worst].image, "base64"));
    assert.ok(drawn.data.some((value: number) => value > 250), "from black to white");
    const half = { ...image, data: flair.subarray(0, flair.length / 2), slices: 10 };
    const other = geometryOfSpacing([10, 256, 256], [5, 1, 1]);
    await writeFile(join(references, "a_flair.nii.gz"), await encodeNifti(half, other));
    assert.equal((await draw()).pictures[worst].image, "");
  });
});
