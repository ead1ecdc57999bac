/**
 * A command of train/ that tells, as a line of JSON on its error stream, which options and arguments it was given to
 * parse by; it then does what its arguments say.
 *
 * usage: option_table.ts NAME ARGUMENTS, which are those of the command.
 */
import process from "node:process";
import { Command } from "commander";

/** What is known of one option. */
export interface OptionEntry {
  /** As `--epochs`. */
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** What commander fills in where it is not given. */
  readonly defaultValue?: unknown;
}

/** Everything that a command parses. */
export interface OptionTable {
  readonly options: readonly OptionEntry[];
  /** Names of its arguments. */
  readonly arguments: readonly string[];
}

function tableOf({ options, registeredArguments }: Command): OptionTable {
  return {
    options: options.map(({ long, description, required, optional, defaultValue }) => (
      { long: long!, description, takesValue: required || optional, defaultValue }
    )),
    arguments: registeredArguments.map((argument) => argument.name()),
  };
}

if (import.meta.main) {
  const [name] = process.argv.splice(2, 1), { parseAsync } = Command.prototype;
  Command.prototype.parseAsync = function (...input) {
    console.error(JSON.stringify(tableOf(this)));
    return parseAsync.apply(this, input);
  };
  await import(`../../../train/commands/${name}.ts`);
}
