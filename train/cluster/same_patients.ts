/**
 * A check that the processes of a cluster read the same patients.
 *
 * @module
 */
import type { Cluster } from "./cluster.ts";
import type { TellDifference } from "./settings.ts";

const tellPatients: TellDifference = (ids, lower, higher) => {
  const patients = ids.toSorted().map((id) =>
    id in lower.settings && id in higher.settings ? id : `${id} (which one of them lacks)`
  );
  return `images and masks: ${lower.process} and ${higher.process} differ in ${
    patients.join(", ")
  }; give --data the same folder, or whole copies of it, on all of them`;
};

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
  await cluster.agree(digests, tellPatients);
}
