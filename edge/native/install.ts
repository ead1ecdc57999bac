/**
 * Installs ONNX Runtime's native library, whole or not at all.
 *
 * @module
 */

import process from "node:process";
import { fileURLToPath } from "node:url";
import {
  isNativeInstalled,
  nativeFolder,
  nativeVersion,
  packagePath,
  versionFolder,
} from "./installation.ts";

/** Settings of {@linkcode installNative}. */
export interface InstallOptions {
  /** Its address ends in a slash. @default {nativeFolder} */
  readonly folder?: URL;
  /** The lock file with the packages' hashes. @default {onnxruntime.lock} */
  readonly lock?: URL;
  /** Variables for `deno install`, such as `NPM_CONFIG_REGISTRY`, beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Installs the library unless it is there. What is not finished lies under another name, so that a setup that was
 * killed, or a download that is not the expected one, leaves nothing that could be taken for an installation. A setup
 * that is started while another one runs waits for it.
 *
 * @throws {Error} when a package cannot be had or has another hash than the lock file's, with what Deno says.
 * @throws {Error} when there is no library for this system.
 */
export async function installNative(options: InstallOptions = {}): Promise<void> {
  const { folder = nativeFolder } = options;
  await Deno.mkdir(folder, { recursive: true });
  // The system gives the lock back when the process ends, however it does.
  using setup = await Deno.open(new URL("setup.lock", folder), { create: true, write: true });
  await setup.lock(true);
  if (await isNativeInstalled(folder)) return;
  const work = new URL("partial/", folder);
  await removeFolder(work);
  try {
    await download(work, options);
    await removeOtherSystems(new URL(`${packagePath}bin/napi-v6/`, work));
    await Deno.rename(work, versionFolder(folder));
  } finally {
    await removeFolder(work);
  }
}

async function download(work: URL, { lock, env }: InstallOptions): Promise<void> {
  await Deno.mkdir(work);
  const dependencies = { "onnxruntime-node": nativeVersion };
  const manifest = JSON.stringify({ private: true, dependencies });
  await Deno.writeTextFile(new URL("package.json", work), manifest);
  const pinned = lock ?? new URL("onnxruntime.lock", import.meta.url);
  await Deno.copyFile(pinned, new URL("deno.lock", work));
  // Its install script would fetch libraries for CUDA; without it, it runs on the CPU.
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "--quiet", "--frozen"],
    cwd: fileURLToPath(work),
    env: { ...env, NO_COLOR: "1" },
    stdout: "null",
  }).output();
  if (success) return;
  throw new Error(
    "Cannot install onnxruntime-node as its packages must be at hand, with the hashes in onnxruntime.lock: " +
      inOneLine(new TextDecoder().decode(stderr)),
  );
}

/** What Deno says, without its own stack. */
function inOneLine(complaint: string): string {
  return complaint.split("Stack backtrace:")[0].replace(/^error: /, "").trim().replace(/\s+/g, " ");
}

/** The package as it comes holds the libraries of every system. */
async function removeOtherSystems(binaries: URL): Promise<void> {
  const found: string[] = [], own = `${process.platform} on ${process.arch}`;
  for (const { name: system } of Deno.readDirSync(binaries)) {
    const folder = new URL(`${system}/`, binaries);
    for (const { name: processor } of Deno.readDirSync(folder)) {
      found.push(`${system} on ${processor}`);
      if (found.at(-1) !== own) await removeFolder(new URL(processor, folder));
    }
  }
  if (found.includes(own)) return;
  throw new Error(
    `Cannot install ONNX Runtime as it must have a library for this system, ${own}: ` +
      `it has those for ${found.join(", ")}`,
  );
}

async function removeFolder(folder: URL): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
