/** A process of a training that is killed. */
import { assertStopped } from "./assert_stopped.ts";
import { killAll, startTogether } from "./processes.ts";

/**
 * Trains in two processes and kills one of them after an epoch; the other one has to end soon, and to say which it was.
 *
 * @param killed Its rank.
 */
export async function killOne(
  killed: number,
  epoch: number,
  options: readonly string[],
): Promise<void> {
  const processes = startTogether([options, options]);
  try {
    await processes[0].printed(`epoch ${epoch}/`);
    const since = performance.now();
    processes[killed].kill("SIGKILL");
    const message = new RegExp(`^error: Training stopped as rank ${killed} \\(.*\\) died`);
    assertStopped(await processes[1 - killed].ending, since, message);
  } finally {
    await killAll(processes);
  }
}
