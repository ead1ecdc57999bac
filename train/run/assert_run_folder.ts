/**
 * Tells folders that a person may take for a run's from a run's.
 *
 * @module
 */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { crossvalidationFiles } from "../crossvalidation/plan.ts";
import { modelFiles } from "../export/model_folder.ts";

/**
 * Refuses to resume a folder that something else than a run is known to be in; any other one passes.
 *
 * @throws {Error} saying what is in it, and what to do with that instead.
 */
export async function assertRunFolder(folder: string): Promise<void> {
  const has = (file: string) => access(join(folder, file)).then(() => true, () => false);
  if (await has(crossvalidationFiles.plan)) {
    throw new Error(
      `Cannot go on with ${folder} as it must be a run's folder: it is a cross-validation's, which goes on with the ` +
        "deno task crossvalidate that it was begun with",
    );
  }
  if (await has(modelFiles.card)) {
    throw new Error(
      `Cannot go on with ${folder} as it must be a run's folder: it is a model's; --start ${folder} begins a new run ` +
        "with its weights",
    );
  }
}
