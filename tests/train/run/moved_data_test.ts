/** A run whose data has moved says so, and how it goes on. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { resumeRun } from "../../../train/run/training_run.ts";
import { makeRun } from "../support/example_run.ts";
import { withFolder } from "../support/temporary_folder.ts";

Deno.test("resumeRun names the place where the data was, and --data, unless it is told where it is now", () =>
  withFolder(async (folder) => {
    const data = join(folder, "moved"), metrics = { epochs: [], bestEpoch: 0 };
    const run = await makeRun(join(folder, "run"), { config: { data }, metrics });
    const machine = { backend: "cpu", workers: 0, cache: false } as const;
    await assert.rejects(resumeRun({ run, ...machine }, () => {}), {
      message:
        `Cannot go on with ${run} as its data must be where it was, or --data must say where it is now: ` +
        `${data} does not exist`,
    });
    const told = { run, data: "train/sample", ...machine };
    await assert.rejects(resumeRun(told, () => {}), /the data must hold patient a & b/);
  }));
