/**
 * `deno task setup:native`: ONNX Runtime's native library for this system.
 *
 * @module
 */

import { Command } from "commander";
import { fileURLToPath } from "node:url";
import { messageOf } from "../message_of.ts";
import { installNative } from "./install.ts";
import { nativeVersion, versionFolder } from "./installation.ts";

try {
  new Command("deno task setup:native")
    .description(
      `Installs ONNX Runtime ${nativeVersion} as a native library into .onnxruntime/ (114 MB to download), for ` +
        "deno task edge:native.",
    )
    .parse(Deno.args, { from: "user" });
  await installNative();
  console.log(`ONNX Runtime ${nativeVersion} is in ${fileURLToPath(versionFolder())}`);
} catch (error) {
  console.error(messageOf(error));
  Deno.exit(1);
}
