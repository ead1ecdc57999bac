/**
 * Processor time on Linux: of a process, of ended children, and of the whole machine. What a clock shows depends on what
 * else the machine does; this shows what else that was.
 *
 * @module
 */
import { readFile } from "node:fs/promises";

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const ticksPerSecond = 100;

/** Seconds of processor time that a process has taken, all threads together. */
export async function processorTimeOf(pid: number): Promise<number> {
  const [user, system] = (await statOf(pid)).slice(11, 13);
  return (user + system) / ticksPerSecond;
}

/** Of this process and all its children that have ended. */
export async function ownProcessorTime(): Promise<number> {
  const times = (await statOf(Deno.pid)).slice(11, 15);
  return times.reduce((sum, ticks) => sum + ticks) / ticksPerSecond;
}

/** Of everything that runs on the machine, waiting for disks not counted. */
export async function machineProcessorTime(): Promise<number> {
  const [line] = (await readFile("/proc/stat", "utf8")).split("\n");
  // user, nice, system, idle, iowait, irq, softirq, steal
  const [user, nice, system, , , irq, softirq, steal] = line.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq + steal) / ticksPerSecond;
}

/** The numbers after a process's name, which may hold anything. */
async function statOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ").map(Number);
}
