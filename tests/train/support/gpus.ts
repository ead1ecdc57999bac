/** Which GPU a process of a cluster computes on: NCCL takes no two processes on one. */
import { spawnSync } from "node:child_process";

const variable = "CUDA_VISIBLE_DEVICES";

/** NVIDIA's GPUs of this machine, or those of them that the tests were given. */
function findGpus(): string[] {
  const given = Deno.env.get(variable);
  if (given !== undefined) return given.split(",").filter((name) => name);
  const { stdout } = spawnSync("nvidia-smi", ["-L"], { encoding: "utf8" });
  return [...(stdout ?? "").matchAll(/^GPU (\d+):/gm)].map(([, number]) => number);
}

const found = findGpus();

/**
 * The environment of a process: with a GPU of its own where there is one for each, else with none, as all have to
 * compute on devices of one kind.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(gpuOf(1, 2, ["0", "3"]), { CUDA_VISIBLE_DEVICES: "3" });
 * assert.deepEqual(gpuOf(1, 4, ["0", "3"]), { CUDA_VISIBLE_DEVICES: "" });
 * ```
 */
export function gpuOf(rank: number, size: number, gpus: readonly string[] = found) {
  return { [variable]: gpus.length < size ? "" : gpus[rank] };
}
