/** Folders that commands write to: made where they are missing, refused where a file is in the way. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { recipes } from "../../../train/fit/training_settings.ts";
import { startRun } from "../../../train/run/training_run.ts";
import { makeFolder } from "../../../train/storage/make_folder.ts";
import { withFolder } from "../support/temporary_folder.ts";

Deno.test("makeFolder makes a folder, and says whether it did", () =>
  withFolder(async (folder) => {
    assert.equal(await makeFolder(join(folder, "a/b")), true);
    assert.equal(await makeFolder(join(folder, "a/b")), false);
  }));

Deno.test("makeFolder, and a run with it, refuses a file in the folder's place, or above it, by name", () =>
  withFolder(async (folder) => {
    await writeFile(join(folder, "file"), "");
    for (const out of [join(folder, "file"), join(folder, "file/run")]) {
      const message =
        `Cannot write to ${out} as it must be a folder: it, or one of those above it, is a file`;
      await assert.rejects(makeFolder(out), { message });
      const machine = { backend: "cpu", workers: 0, cache: false } as const;
      const run = { data: "train/sample", out, recipe: "best", settings: recipes.best } as const;
      await assert.rejects(startRun({ ...run, ...machine }, () => {}), { message });
    }
  }));
