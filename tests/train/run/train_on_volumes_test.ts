/** The same patients as NIfTI files train the same network as their slices do, bit for bit. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { findPatients, readPatient } from "../../../train/data/dataset.ts";
import { findTensorFlow } from "../../../train/engine/tensorflow/libraries.ts";
import { runCommand } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { writeNiftiPatient } from "../support/volume_patients.ts";

const ignore = Deno.env.get("CI") !== "true" && !findTensorFlow();

Deno.test({
  name: "train makes the same network of NIfTI files as of slices, bit for bit",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const slices = join(folder, "slices"), nifti = join(folder, "nifti");
      await copySlices(slices, "TCGA_CS_4943_20000902", [15, 16, 17]);
      await copySlices(slices, "TCGA_HT_7602_19951103", [8, 9, 10]);
      for (const files of await findPatients(slices)) {
        const { id, volume, mask } = await readPatient(files);
        // BraTS's names of 2023.
        await writeNiftiPatient(nifti, id, volume, mask, { names: ["t1n", "t2f", "t1c"] });
      }
      const networks = await Promise.all([slices, nifti].map(async (data) => {
        const out = `${data}-run`;
        const { code, stderr } = await runCommand(
          "train",
          ...["--data", data, "--out", out, "--epochs", "1", "--features", "4", "--depth", "2"],
          ...["--batch-size", "2", "--validation", "0.5", "--backend", "tensorflow"],
        );
        assert.equal(code, 0, stderr);
        return await readFile(join(out, "last.safetensors"));
      }));
      assert.ok(networks[0].equals(networks[1]));
    }),
});
