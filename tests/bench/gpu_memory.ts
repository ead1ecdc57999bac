/**
 * Memory of GPUs that a process holds, as NVIDIA's driver counts it: the process's context and all that its allocator
 * has taken, used or not. Allocators give nothing back, so what is held at the end is the most that was.
 *
 * @module
 */
import { spawnSync } from "node:child_process";

/**
 * Megabytes by process, summed over all GPUs.
 *
 * @param list What `nvidia-smi` lists: a process and its megabytes in each line, `[N/A]` where they are not known.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const held = megabytesByProcess("17, 1024\n23, [N/A]\n17, 512\n");
 * assert.deepEqual([...held], [[17, 1536]]);
 * assert.equal(megabytesByProcess("").size, 0);
 * ```
 */
export function megabytesByProcess(list: string): Map<number, number> {
  const held = new Map<number, number>();
  for (const [, pid, megabytes] of list.matchAll(/^(\d+), (\d+)$/gm)) {
    held.set(Number(pid), (held.get(Number(pid)) ?? 0) + Number(megabytes));
  }
  return held;
}

/** What a process holds; NaN where the driver does not tell, as of processes of another container. */
export function gpuMegabytes(pid: number): number {
  const query = ["--query-compute-apps=pid,used_gpu_memory", "--format=csv,noheader,nounits"];
  const { stdout } = spawnSync("nvidia-smi", query, { encoding: "utf8" });
  return megabytesByProcess(stdout ?? "").get(pid) ?? NaN;
}
