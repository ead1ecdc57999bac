/**
 * `deno task setup`: TensorFlow's libraries into `.tensorflow/`.
 *
 * @module
 */
import { Command } from "commander";
import { runCommand } from "../terminal/command_line.ts";
import { installTensorFlow } from "../setup/install_tensorflow.ts";

interface Options {
  readonly cpu?: boolean;
  readonly gpu?: boolean;
  readonly wheels?: string;
}

const command = new Command("setup")
  .description(
    "Downloads TensorFlow's two libraries into .tensorflow/ through Python's pip, and checks them. " +
      "Does nothing when they are there.",
  )
  .option("--cpu", "without CUDA (default where nvidia-smi finds no GPU)")
  .option("--gpu", "with CUDA (default where nvidia-smi finds a GPU)")
  .option("--wheels <folder>", "take the wheels from this folder instead of downloading them")
  .action(async ({ cpu, gpu, wheels }: Options) => {
    if (cpu && gpu) {
      throw new TypeError("Cannot set up TensorFlow as only one of --cpu and --gpu must be given");
    }
    const variant = cpu ? "cpu" : gpu ? "gpu" : undefined;
    await installTensorFlow({ variant, wheels, log: console.log });
  });

await runCommand(command);
