import { setTimeout } from "node:timers/promises";

/**
 * Lets the process hear signals, and messages of workers, amid work that never waits for anything: promises that are
 * fulfilled at once, as those of TensorFlow's results are, do not. Takes two milliseconds or three.
 *
 * Deno looks for signals when it has nothing to do. While a long step took the processor, others may wait for it: then
 * the first timer is due before Deno comes to look. The second one is set when it has the processor again.
 */
export async function hearSignals(): Promise<void> {
  await setTimeout(1);
  await setTimeout(1);
}
