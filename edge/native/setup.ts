/**
 * `deno task setup:native`: ONNX Runtime's native library for this system.
 *
 * @module
 */

import { Command } from "commander";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { messageOf } from "../message_of.ts";
import { isNativeInstalled, nativeBinaries, nativeFolder, nativeVersion } from "./installation.ts";

/** The package as it comes holds the libraries of every system. */
async function removeOtherSystems(): Promise<void> {
  for (const { name: system } of Deno.readDirSync(nativeBinaries)) {
    const folder = new URL(`${system}/`, nativeBinaries);
    for (const { name: processor } of Deno.readDirSync(folder)) {
      if (system === process.platform && processor === process.arch) continue;
      await Deno.remove(new URL(processor, folder), { recursive: true });
    }
  }
}

async function install(): Promise<void> {
  await Deno.mkdir(nativeFolder, { recursive: true });
  const dependencies = { "onnxruntime-node": nativeVersion };
  const manifest = JSON.stringify({ private: true, dependencies });
  await Deno.writeTextFile(new URL("package.json", nativeFolder), manifest);
  const lock = new URL("onnxruntime.lock", import.meta.url);
  await Deno.copyFile(lock, new URL("deno.lock", nativeFolder));
  // Its install script would fetch libraries for CUDA; without it, it runs on the CPU.
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "--quiet", "--frozen"],
    cwd: fileURLToPath(nativeFolder),
  }).spawn().status;
  if (!success) throw new Error("Cannot install onnxruntime-node as deno install failed");
  await removeOtherSystems();
}

try {
  new Command("deno task setup:native")
    .description(
      `Installs ONNX Runtime ${nativeVersion} as a native library into .onnxruntime/ (114 MB to download), for ` +
        "deno task edge:native.",
    )
    .parse(Deno.args, { from: "user" });
  if (!await isNativeInstalled()) await install();
  console.log(`ONNX Runtime ${nativeVersion} is in ${fileURLToPath(nativeFolder)}`);
} catch (error) {
  console.error(messageOf(error));
  Deno.exit(1);
}
