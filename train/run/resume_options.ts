/**
 * What a run that goes on can be told: where its data is and what the machine offers, none of its settings.
 *
 * @module
 */
import { Command } from "commander";
import { addClusterOptions } from "../cluster/cluster_options.ts";
import { addMachineOptions } from "./machine_options.ts";

/** Options that change nothing of what a run learns. */
const machine = addClusterOptions(addMachineOptions(new Command())).options;

const allowed = new Set(["resume", "data", ...machine.map((option) => option.attributeName())]);

/**
 * Makes sure that a command line with `--resume` has nothing in it that the run would not heed.
 *
 * @param command After it has read the command line.
 * @throws {TypeError} naming the options that must not be given.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Command } from "commander";
 * const command = new Command().option("--resume <run>").option("--epochs <n>");
 * assertOnlyResumed(command.parse(["--resume", "runs/first"], { from: "user" }));
 * command.parse(["--resume", "runs/first", "--epochs", "3"], { from: "user" });
 * assert.throws(() => assertOnlyResumed(command), /--epochs must not be given/);
 * ```
 */
export function assertOnlyResumed(command: Command): void {
  const names = command.options.filter((option) => {
    const name = option.attributeName();
    return command.getOptionValueSource(name) === "cli" && !allowed.has(name);
  }).map(({ long }) => long);
  if (!names.length) return;
  throw new TypeError(
    `Cannot go on with a run as ${
      names.join(", ")
    } must not be given with --resume: the run keeps the settings ` +
      "that it was started with; only --data and options for the machine and the cluster may change. With other " +
      "settings start anew, in another --out",
  );
}
