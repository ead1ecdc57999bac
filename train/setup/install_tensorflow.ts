/**
 * Puts TensorFlow's two libraries into a folder of the checkout, whole or not at all.
 *
 * Layout: `tensorflow/libtensorflow_*.so.2`, and with CUDA `nvidia/NAME/lib/` beside it, where the
 * libraries look for it (their RUNPATH is `$ORIGIN/../nvidia/NAME/lib`).
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { tensorflowFolder } from "../engine/tensorflow/libraries.ts";
import { lackOfProcessor } from "../engine/tensorflow/processor.ts";
import { isRunning } from "../storage/is_running.ts";
import { startProgress } from "../terminal/progress.ts";
import {
  type Installation,
  isInstallationOf,
  readInstallation,
  writeInstallation,
} from "./installation.ts";
import { downloadWheels, findPip } from "./pip.ts";
import { tensorflowVersion, type Variant, type WheelSet, wheelSet } from "./tensorflow_wheels.ts";
import { UnavailableError } from "./unavailable.ts";
import { assertChecksum, sha256OfFile, unpackWheel } from "./wheel.ts";

/** Settings of {@linkcode installTensorFlow}. */
export interface InstallOptions {
  /** Absent: with CUDA where `nvidia-smi` finds a GPU, else without. */
  readonly variant?: Variant;
  /** What to install. Absent: the tested wheels for this machine. */
  readonly set?: WheelSet;
  /** A folder that holds the wheels already; pip is not asked then. */
  readonly wheels?: string;
  /** @default {tensorflowFolder} */
  readonly folder?: string;
  /** Told what is going on, line by line. */
  readonly log?: (line: string) => void;
}

/**
 * Installs TensorFlow unless it is there already.
 *
 * @throws {UnavailableError} when TensorFlow is not built for this machine, there is no pip, or pip fails.
 * @throws {ChecksumError} when a wheel or a library is not the expected one; nothing is left behind then.
 * @throws {Error} when a wheel is missing from the folder that was given.
 */
export async function installTensorFlow(options: InstallOptions = {}): Promise<Installation> {
  const { variant, wheels, folder = tensorflowFolder, log = () => {} } = options;
  const set = options.set ?? chooseSet(variant);
  const present = await readInstallation(folder);
  // Where nobody asked for one of the two, the build with CUDA does for a machine without a GPU too.
  const anyBuild = !variant && !options.set && present?.variant === "gpu";
  if (present?.version === tensorflowVersion && (anyBuild || isInstallationOf(present, set))) {
    log(`TensorFlow ${present.version} (${present.variant}) is already in ${folder}`);
    return present;
  }
  await removeLeftovers(folder);
  const work = join(folder, `${workPrefix}${process.pid}`);
  const clean = () => rmSync(work, { recursive: true, force: true });
  const abort = () => (clean(), process.exit(130));
  process.on("SIGINT", abort).on("SIGTERM", abort);
  try {
    return await install(set, work, folder, wheels, log);
  } finally {
    process.off("SIGINT", abort).off("SIGTERM", abort);
    clean();
  }
}

const instead = "Training runs there without it, with --backend webgpu or wasm";

function chooseSet(wished?: Variant): WheelSet {
  const { platform, arch } = process;
  const variant = wished ?? (hasGpu() && wheelSet("gpu", platform, arch) ? "gpu" : "cpu");
  const set = wheelSet(variant, platform, arch), lack = set && lackOfProcessor();
  if (lack) {
    throw new UnavailableError(
      `Cannot install TensorFlow as this machine's processor must have ${lack}: it does not. ${instead}`,
    );
  }
  if (set) return set;
  const build = variant === "gpu" ? "a library with CUDA" : "a library";
  throw new UnavailableError(
    `Cannot install TensorFlow as there must be ${build} for this machine: it is ${platform} on ${arch}. ` +
      instead,
  );
}

function hasGpu(): boolean {
  return spawnSync("nvidia-smi", ["-L"], { stdio: "ignore" }).status === 0;
}

async function install(
  set: WheelSet,
  work: string,
  folder: string,
  wheels: string | undefined,
  log: (line: string) => void,
): Promise<Installation> {
  const source = wheels ?? join(work, "wheels");
  const unpacked = join(work, "unpacked");
  await mkdir(unpacked, { recursive: true });
  if (!wheels) {
    const pip = findPip();
    log(
      `Downloading TensorFlow ${tensorflowVersion} (${set.variant}): about ${set.download} MB, ` +
        `${set.disk} MB on disk`,
    );
    await downloadWheels(set, source, pip);
  }
  await verify(set, source);
  await unpack(set, source, unpacked);
  const installation = await writeInstallation(unpacked, set, tensorflowVersion);
  await replace(unpacked, folder, work);
  log(`TensorFlow ${tensorflowVersion} (${set.variant}) is in ${folder}`);
  return installation;
}

async function verify(set: WheelSet, source: string): Promise<void> {
  const missing = set.wheels.filter(({ file }) => !existsSync(join(source, file)));
  if (missing.length) {
    throw new Error(
      `Cannot install TensorFlow as ${source} must hold ${
        missing.map(({ file }) => file).join(", ")
      }`,
    );
  }
  const progress = startProgress("Checking ", await megabytes(set, source), { unit: "MB" });
  try {
    for (const { file, sha256 } of set.wheels) {
      const path = join(source, file);
      const actual = await sha256OfFile(path, (bytes) => progress.advance(bytes / 1e6));
      assertChecksum(path, actual, sha256);
    }
  } finally {
    progress.stop();
  }
}

async function unpack(set: WheelSet, source: string, target: string): Promise<void> {
  const progress = startProgress("Unpacking", set.disk, { unit: "MB" });
  try {
    for (const { file, contents } of set.wheels) {
      const wheel = join(source, file);
      const checksums = await unpackWheel(
        wheel,
        contents,
        target,
        (bytes) => progress.advance(bytes / 1e6),
      );
      for (const [path, checksum] of checksums) {
        const expected = set.libraries[path];
        if (expected) assertChecksum(`${wheel}: ${path}`, checksum, expected);
      }
    }
  } finally {
    progress.stop();
  }
}

async function megabytes(set: WheelSet, source: string): Promise<number> {
  const sizes = await Promise.all(set.wheels.map(({ file }) => stat(join(source, file))));
  return Math.round(sizes.reduce((sum, { size }) => sum + size / 1e6, 0));
}

/**
 * Moves what is unpacked to its place. `tensorflow/` goes out first and comes in last: it is what the
 * engine looks for, so it never finds libraries without the rest.
 */
async function replace(unpacked: string, folder: string, work: string): Promise<void> {
  for (const part of ["tensorflow", "nvidia"]) {
    const place = join(folder, part);
    if (existsSync(place)) await rename(place, join(work, `old-${part}`));
  }
  for (const part of ["nvidia", "tensorflow"]) {
    const fresh = join(unpacked, part);
    if (existsSync(fresh)) await rename(fresh, join(folder, part));
  }
}

const workPrefix = "partial-";

/** Removes what a killed setup left; one that is still running is left alone. */
async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((entry) => entry.startsWith(workPrefix))) {
    if (!isRunning(Number(name.slice(workPrefix.length)))) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}
