/**
 * What every command does the same way: read its arguments, say in one line what was wrong, and leave with
 * an exit status that scripts can test.
 *
 * @module
 */
import process from "node:process";
import type { Command } from "commander";
import { exitStatusOf, InterruptedError } from "./interruption.ts";
import { type NumberLimits, parseChoice, parseNumber } from "../../shared/argument.ts";

/** Stands under every result that a person could take for a finding. */
export const notForClinicalUse = "For research only: not for clinical use.";

/**
 * Runs a command with the process's arguments. An error ends the process with status 1 after its message
 * on standard error; a wrong option does so through commander. What somebody interrupted ends with the status that
 * shells know for it.
 */
export async function runCommand(command: Command): Promise<void> {
  command.allowExcessArguments(false);
  try {
    await command.parseAsync(process.argv);
  } catch (error) {
    if (error instanceof InterruptedError) {
      console.error(error.message);
      process.exit(exitStatusOf(error.signal));
    }
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}

/** Makes a number of an option's value, for commander. */
export function numberParser(name: string, limits: NumberLimits): (text: string) => number {
  return (text) => parseNumber(name, text, limits);
}

/** Makes a whole number from 1 of an option's value. */
export function countParser(name: string): (text: string) => number {
  return numberParser(name, { integer: true, minimum: 1 });
}

/** Makes one of several words of an option's value. */
export function choiceParser<T extends string>(
  name: string,
  choices: readonly T[],
): (text: string) => T {
  return (text) => parseChoice(name, text, choices);
}
