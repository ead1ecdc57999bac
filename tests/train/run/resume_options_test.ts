/** A run that goes on heeds none of its settings' options, so none may be given. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Command } from "commander";
import { addClusterOptions } from "../../../train/cluster/cluster_options.ts";
import { addMachineOptions } from "../../../train/run/machine_options.ts";
import { assertOnlyResumed } from "../../../train/run/resume_options.ts";
import { runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";

Deno.test("train --resume refuses every option that the run would not heed, by name", () =>
  withFolder(async (folder) => {
    const refused = await runCommand(
      "train",
      ...["--resume", join(folder, "run"), "--epochs", "3", "--learning-rate", "1e-5"],
      ...["--out", join(folder, "other"), "--fold", "1", "--folds", "2", "--augment-flip", "0"],
      ...["--recipe", "best", "--no-cache", "--workers", "0", "--data", "train/sample"],
    );
    assert.equal(refused.code, 1);
    const named =
      /^error: Cannot go on with a run as (.*) must not be given with --resume[^\n]*\n$/;
    const names = named.exec(refused.stderr)?.[1].split(", ").sort();
    const expected = ["epochs", "fold", "folds", "learning-rate", "out", "recipe", "augment-flip"];
    assert.deepEqual(names, expected.map((name) => `--${name}`).sort(), refused.stderr);
  }));

Deno.test("assertOnlyResumed takes the data's place and what is for the machine and the cluster", () => {
  const command = new Command().option("--resume <run>").option("--data <folder>");
  const given = ["--resume", "run", "--data", "train/sample", "--workers", "0", "--no-cache"]
    .concat("--compile")
    .concat("--backend", "wasm", "--cluster", "node0:4000,node1:4000", "--rank", "0")
    .concat("--start-seconds", "1", "--own-statistics");
  addClusterOptions(addMachineOptions(command)).parse(given, { from: "user" });
  assertOnlyResumed(command);
});
