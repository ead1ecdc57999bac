/**
 * A check that the processes of a cluster read the same patients.
 *
 * @module
 */
import type { Cluster } from "./cluster.ts";
import { SettingsMismatchError } from "./settings.ts";

/** The patients that two processes do not have alike, in order. */
function differences(
  mine: Readonly<Record<string, string>>,
  theirs: Readonly<Record<string, string>>,
): string[] {
  const ids = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
  const unlike = [...ids].filter((id) => mine[id] !== theirs[id]).sort();
  return unlike.map((id) => id in mine && id in theirs ? id : `${id} (which one of them lacks)`);
}

/**
 * Makes sure that all processes have the same images and masks.
 *
 * @param digests What this process has of each patient, by id.
 * @throws {SettingsMismatchError} naming two ranks and all patients that they do not have alike.
 */
export async function assertSamePatients(
  cluster: Cluster,
  digests: Readonly<Record<string, string>>,
): Promise<void> {
  const all = await cluster.exchange(digests);
  for (const [other, theirs] of all.entries()) {
    const ids = differences(digests, theirs);
    if (!ids.length) continue;
    const lower = cluster.describe(Math.min(cluster.rank, other));
    const higher = cluster.describe(Math.max(cluster.rank, other));
    throw new SettingsMismatchError(
      "Cannot train together as every process must have the same images and masks: " +
        `${lower} and ${higher} differ in ${
          ids.join(", ")
        }; give --data the same folder, or whole ` +
        "copies of it, on all of them",
    );
  }
}
