/** Real disks that are full or read-only, and files of the machine's that say otherwise: mounted for one command alone. */
import { spawn } from "node:child_process";
import { commandEnvironment, root } from "./run_command.ts";

/** What became of a script. */
export interface ScriptResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script where it may mount: in name spaces of its own. */
async function inNamespace(script: string): Promise<ScriptResult> {
  const child = spawn("unshare", ["--map-root-user", "--mount", "bash", "-c", script], {
    cwd: root,
    env: { ...Deno.env.toObject(), ...commandEnvironment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on("close", resolve);
    child.on("error", () => resolve(null));
  });
  const read = async (stream: NodeJS.ReadableStream | null) => {
    let text = "";
    for await (const part of stream ?? []) text += part;
    return text;
  };
  const [status, stdout, stderr] = await Promise.all([
    ended,
    read(child.stdout),
    read(child.stderr),
  ]);
  return { status, stdout, stderr };
}

/** Whether there can be such disks. */
export const canMount = (await inNamespace("mount -t tmpfs tmpfs /mnt")).status === 0;

/**
 * Runs a command of train/ with a disk at `disk`, an empty folder.
 *
 * @param options Of the mount, as in "size=200k" or "ro".
 * @param saved Gets a copy of what the command leaves.
 */
export function runOnDisk(
  disk: string,
  options: string,
  command: readonly string[],
  saved: string,
): Promise<ScriptResult> {
  return inNamespace(`
    mount -t tmpfs -o ${options} tmpfs ${disk}
    ${words(command)}
    status=$?
    cp -r ${disk} ${saved}
    exit $status
  `);
}

/** Runs a command of train/ whose folder for temporary files is such a disk. */
export function runWithTemporaryDisk(
  disk: string,
  options: string,
  command: readonly string[],
): Promise<ScriptResult> {
  return inNamespace(`
    mount -t tmpfs -o ${options} tmpfs ${disk}
    export TMPDIR=${disk}
    exec ${words(command)}
  `);
}

/** Runs a command of train/ that finds a file of ours in the place of another one. */
export function runWithFile(
  file: string,
  place: string,
  command: readonly string[],
): Promise<ScriptResult> {
  return inNamespace(`
    mount --bind ${file} ${place}
    exec ${words(command)}
  `);
}

/** A command of train/ as a shell is told it. */
function words([name, ...args]: readonly string[]): string {
  const all = [Deno.execPath(), "run", "--allow-all", `train/commands/${name}.ts`, ...args];
  return all.map((word) => `'${word}'`).join(" ");
}
