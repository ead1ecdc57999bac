/** Runs a command of train/ as a person would: in a process of its own, its output in a pipe. */
import { fileURLToPath } from "node:url";

/** The repository's root, where commands are run. */
export const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runCommand(name: string, ...args: string[]): Promise<CommandResult> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", `train/commands/${name}.ts`, ...args],
    cwd: root,
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
