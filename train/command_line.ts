/**
 * What every command does the same way: read its arguments, say in one line what was wrong, and leave with
 * an exit status that scripts can test.
 *
 * @module
 */
import process from "node:process";
import type { Command } from "commander";

/** Stands under every result that a person could take for a finding. */
export const notForClinicalUse = "For research only: not for clinical use.";

/**
 * Runs a command with the process's arguments. An error ends the process with status 1 after its message
 * on standard error; a wrong option does so through commander.
 */
export async function runCommand(command: Command): Promise<void> {
  command.allowExcessArguments(false);
  try {
    await command.parseAsync(process.argv);
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
