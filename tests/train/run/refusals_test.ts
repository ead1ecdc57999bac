/** What cannot be trained is refused with what to do instead. Real processes. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

/** Arguments that are refused, in a folder with one patient in `data` and a cross-validation in `folds`. */
const refusals: [
  what: string,
  args: (folder: string) => [command: string, ...args: string[]],
  message: RegExp,
][] = [
  [
    "a patient alone",
    (folder) => ["train", "--data", `${folder}/data`, "--out", `${folder}/run`, "--no-cache"],
    /at least 2: current value is 1; --validation 0 learns from all patients/,
  ],
  [
    "to start from a deeper network",
    (folder) => [
      ...["train", "--data", `${folder}/data`, "--out", `${folder}/run`] as const,
      ...["--start", "edge/models/unet", "--depth", "3", "--features", "8"],
    ],
    /depth must be at most 3: current value is 6; --depth 6 trains one that is as deep$/m,
  ],
  [
    "to resume a cross-validation",
    (folder) => ["train", "--resume", `${folder}/folds`],
    /folds as it must be a run's folder: it is a cross-validation's, .* deno task crossvalidate that/,
  ],
  [
    "to resume a model",
    () => ["train", "--resume", "edge/models/unet"],
    /it is a model's; --start edge\/models\/unet begins a new run with its weights$/m,
  ],
  [
    "a folder of runs without its option",
    (folder) => ["runs", folder],
    /^error: too many arguments\. .*: the folder is given as --runs FOLDER\n$/,
  ],
];

Deno.test("what is refused says what to do instead", (t) =>
  withFolder(async (folder) => {
    await copySlices(join(folder, "data"), "TCGA_HT_7602_19951103", [8, 9]);
    await Deno.mkdir(join(folder, "folds"));
    await writeFile(join(folder, "folds/crossvalidation.json"), "{}");
    for (const [what, args, message] of refusals) {
      await t.step(what, async () => {
        const { code, stderr } = await runCommand(...args(folder));
        assert.equal(code, 1);
        assert.match(stderr, message);
      });
    }
  }));
