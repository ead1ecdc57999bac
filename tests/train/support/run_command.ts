/** Runs a command of train/ as a person would: in a process of its own, its output in a pipe. */
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root, where commands are run. */
export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** What commands of tests leave in the cache and, where they are killed, among temporary files, is gone when the tests are. */
const left = await Deno.makeTempDir({ prefix: "gliomap-test-" });
globalThis.addEventListener("unload", () => Deno.removeSync(left, { recursive: true }));

/** Where commands of tests have their temporary files. */
export const temporaryFiles = join(left, "temporary");
await Deno.mkdir(temporaryFiles);

/** What commands run by tests find in their environment, beside what is there. Deno keeps its own cache. */
export const commandEnvironment = {
  NO_COLOR: "1",
  DENO_DIR: Deno.env.get("DENO_DIR") ??
    join(Deno.env.get("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "deno"),
  XDG_CACHE_HOME: join(left, "cache"),
  TMPDIR: temporaryFiles,
};

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runCommand(name: string, ...args: string[]): Promise<CommandResult> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", `train/commands/${name}.ts`, ...args],
    cwd: root,
    env: commandEnvironment,
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
