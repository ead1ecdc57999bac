/** The weights that ship are those their cards were written for, and no others are started from. */
import assert from "node:assert/strict";
import { cp, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { modelFiles, readModel } from "../../../train/export/model_folder.ts";
import { encodeCheckpoint } from "../../../train/run/checkpoint.ts";
import { readStartCheckpoint } from "../../../train/run/start_network.ts";
import { root } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";

const models = join(root, "edge/models");

for (const name of ["unet", "preview"]) {
  Deno.test(`readStartCheckpoint reads the weights of ${name}, of which its card has the checksum`, async () => {
    const folder = join(models, name), { card } = await readModel(folder);
    assert.match(card.sha256[modelFiles.weights], /^[0-9a-f]{64}$/);
    const { architecture, preprocessing, downsampling } = await readStartCheckpoint(folder);
    assert.deepEqual(architecture.features, card.architecture.features);
    assert.deepEqual(preprocessing, card.preprocessing);
    assert.equal(downsampling, card.input.downsampling ?? 1);
  });
}

Deno.test("readStartCheckpoint refuses weights that the card was not written for, and damaged ones", async () => {
  await withFolder(async (folder) => {
    const model = join(folder, "preview"), weights = join(model, modelFiles.weights);
    await cp(join(models, "preview"), model, { recursive: true });
    const checkpoint = await readStartCheckpoint(model);
    // A sound checkpoint, and even of the same network.
    await writeFile(weights, encodeCheckpoint(checkpoint, "F32"));
    await assert.rejects(
      readStartCheckpoint(model),
      /Cannot use the model preview .* SHA-256 of weights\.safetensors must be [0-9a-f]{64}: current value is/,
    );
    const card = join(model, modelFiles.card), content = JSON.parse(await readFile(card, "utf8"));
    delete content.sha256[modelFiles.weights];
    await writeFile(card, JSON.stringify(content));
    assert.deepEqual(
      await readStartCheckpoint(model),
      checkpoint,
      "cards of before had no checksum",
    );

    await truncate(weights, 1000);
    await assert.rejects(readStartCheckpoint(model), /Cannot read the checkpoint .*weights\.safet/);
  });
});
