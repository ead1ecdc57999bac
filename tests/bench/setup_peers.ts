/**
 * `deno task bench:peers` and `deno task test:peers`: install what benchmarks and tests compare with into a virtual
 * environment of its own.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { peersFolder, peersPython } from "./peers.ts";

function run(program: string, args: readonly string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: "inherit" });
  if (status === 0) return;
  console.error(
    `error: ${program} ${args.join(" ")} failed: ${error?.message ?? `exit status ${status}`}`,
  );
  Deno.exit(1);
}

const [requirements] = Deno.args;
run("python3", ["-m", "venv", peersFolder]);
run(peersPython, ["-m", "pip", "install", "--requirement", requirements]);
