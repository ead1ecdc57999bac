/** Everything here that is not under the code's licence says so beside it, and the README leads there. */
import assert from "node:assert/strict";
import { copyFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { readModel } from "../../edge/model_files.ts";
import { withFolder } from "../train/support/temporary_folder.ts";
import { root } from "./support/files.ts";

const readText = (path: string) => readFile(new URL(path, root), "utf8");

const models = (await readdir(new URL("edge/models", root))).map((name) => `edge/models/${name}`);

/** Folders of pictures of patients. */
const pictures = ["edge/web", "train/models"];

for (const folder of [...models, ...pictures, "train/sample"]) {
  Deno.test(`${folder} has a licence with its sources, to which the README leads`, async () => {
    const licence = await readText(`${folder}/LICENSE.md`);
    assert.match(licence, /creativecommons\.org\/licenses\/by-nc-sa\/4\.0\//);
    assert.match(licence, /creativecommons\.org\/licenses\/by\/3\.0\//);
    assert.match(licence, /mateuszbuda\/lgg-mri-segmentation/);
    assert.match(licence, /TCGA-LGG\s+collection/);
    const [, section] = (await readText("README.md")).split("\n## Licences\n");
    assert.ok(section.includes(`](${folder}/LICENSE.md)`), "the README's section leads there");
  });
}

for (const folder of pictures) {
  Deno.test(`the licence of ${folder} names every picture that lies there`, async () => {
    const licence = await readText(`${folder}/LICENSE.md`);
    const names = (await readdir(new URL(folder, root))).filter((name) => name.endsWith(".png"));
    assert.ok(names.length > 0);
    for (const name of names) assert.ok(licence.includes(`\`${name}\``), name);
  });
}

Deno.test("readModel() reads a model's licence, and a model to which nobody has written one", async () => {
  const preview = new URL("edge/models/preview/", root);
  const { licence } = await readModel(preview);
  assert.equal(new TextDecoder().decode(licence), await readText("edge/models/preview/LICENSE.md"));
  await withFolder(async (folder) => {
    for (const file of ["model.onnx", "card.json"]) {
      await copyFile(fileURLToPath(new URL(file, preview)), join(folder, file));
    }
    assert.equal((await readModel(pathToFileURL(`${folder}/`))).licence, undefined);
  });
});
