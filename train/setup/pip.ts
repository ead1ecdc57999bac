/**
 * Downloads through the machine's own pip, so that its index, proxy and certificates are the ones in use.
 *
 * @module
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { WheelSet } from "./tensorflow_wheels.ts";
import { UnavailableError } from "./unavailable.ts";

/** A command that starts pip. */
export type Pip = readonly [command: string, ...args: string[]];

const candidates: readonly Pip[] = [
  ["python3", "-m", "pip"],
  ["pip3"],
  ["pip"],
  ["python", "-m", "pip"],
];

/**
 * The machine's pip.
 *
 * @throws {UnavailableError} when there is none, with what to do about it.
 */
export function findPip(): Pip {
  for (const pip of candidates) {
    const [command, ...args] = pip;
    if (spawnSync(command, [...args, "--version"], { stdio: "ignore" }).status === 0) return pip;
  }
  throw new UnavailableError(
    "Cannot download TensorFlow as Python's pip must be installed: none of " +
      `${candidates.map((pip) => pip.join(" ")).join(", ")} runs. ` +
      "Install it (Debian and Ubuntu: apt install python3-pip), or give the files with --wheels",
  );
}

/**
 * Downloads the files of a set into a folder. pip draws its own progress bar on a terminal.
 *
 * @throws {UnavailableError} when pip fails.
 * @throws {Error} when it comes back with another file than the one asked for.
 */
export async function downloadWheels(set: WheelSet, folder: string, pip: Pip): Promise<void> {
  const [command, ...start] = pip;
  const quiet = process.stderr.isTTY ? [] : ["--quiet"];
  const status = await run(command, [
    ...start,
    "download",
    ...quiet,
    "--disable-pip-version-check",
    "--no-deps",
    "--only-binary=:all:",
    "--implementation=cp",
    "--python-version=3.11",
    "--abi=cp311",
    ...set.platforms.map((platform) => `--platform=${platform}`),
    `--dest=${folder}`,
    ...set.wheels.map(({ requirement }) => requirement),
  ]);
  if (status !== 0) {
    throw new UnavailableError(
      `Cannot download TensorFlow as pip must succeed: it ended with status ${status} (see its message above)`,
    );
  }
  for (const { requirement, file } of set.wheels) {
    if (existsSync(join(folder, file))) continue;
    throw new Error(
      `Cannot use what pip downloaded for ${requirement} as the file must be ${file}: it is not there`,
    );
  }
}

function run(command: string, args: readonly string[]): Promise<number | null> {
  const child = spawn(command, args, {
    // pip's own output goes to standard error, so that standard output stays ours.
    stdio: ["ignore", process.stderr.fd, process.stderr.fd],
    // Some people let pip work in virtual environments only; a download needs none.
    env: { ...process.env, PIP_REQUIRE_VIRTUALENV: "0" },
  });
  const kill = () => child.kill();
  process.on("exit", kill);
  return new Promise<number | null>((resolve, reject) =>
    child.on("error", reject).on("close", resolve)
  ).finally(() => process.off("exit", kill));
}
