/** The shipped model on real patients, through the whole path: TIFF, scaling, ONNX, ONNX Runtime Web. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root, runCommand } from "../support/run_command.ts";
import { sampleOf } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

const golden = JSON.parse(await readFile(join(root, "tests/golden/volumes.json"), "utf8"));
const patients = ["TCGA_CS_4943_20000902", "TCGA_HT_7602_19951103"];

Deno.test("evaluate gives the reference model's volume Dice as PyTorch does", async () => {
  await withFolder(async (folder) => {
    const data = await sampleOf(join(folder, "data"), patients);
    const out = join(folder, "out");
    const args = ["--model", "edge/models/reference", "--data", data, "--out", out];
    const { code, stdout, stderr } = await runCommand("evaluate", ...args);
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "", "no progress bar in a pipe");
    const evaluation = JSON.parse(await readFile(join(out, "evaluation.json"), "utf8"));
    assert.equal(evaluation.count, 2);
    for (const [index, id] of patients.entries()) {
      const { volumeDice, tumorPixels, predictedPixels } = evaluation.patients[index];
      assert.equal(evaluation.patients[index].id, id);
      assert.ok(Math.abs(volumeDice - golden[id].dice_volume) < 1e-4);
      assert.equal(tumorPixels, golden[id].tumor_voxels);
      assert.ok(Math.abs(predictedPixels - golden[id].predicted_voxels) <= 2);
      assert.match(stdout, new RegExp(`^${id} +${golden[id].dice_volume.toFixed(3)} `, "m"));
      const overlay = await readFile(join(out, "overlays", `${id}.png`));
      assert.deepEqual([...overlay.subarray(1, 4)], [..."PNG"].map((c) => c.charCodeAt(0)));
    }
    const dice = patients.map((id) => golden[id].dice_volume);
    assert.ok(Math.abs(evaluation.meanVolumeDice - (dice[0] + dice[1]) / 2) < 1e-4);
    assert.match(stdout, /reference 1\.0\.0 on 2 patients of .*data$/m);
    assert.match(stdout, /not for clinical use/);
  });
});
