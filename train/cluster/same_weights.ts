/**
 * A check that the processes of a cluster still have one network.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { FlatWeights } from "../network/network.ts";
import type { Cluster } from "./cluster.ts";

/** SHA-256 of all parameters and running statistics, 16 digits of it. */
async function digest({ parameters, statistics }: FlatWeights): Promise<string> {
  const hash = createHash("sha256");
  for (const variable of [parameters, statistics]) hash.update(await variable.data() as Uint8Array);
  return hash.digest("hex").slice(0, 16);
}

/**
 * Makes sure that all processes have the same weights, bit for bit. Takes some milliseconds.
 *
 * @param when Part of the error, such as "the weights after epoch 3".
 * @throws {SettingsMismatchError} naming two ranks that differ.
 */
export async function assertSameWeights(
  cluster: Cluster,
  weights: FlatWeights,
  when: string,
): Promise<void> {
  await cluster.agree({ [when]: await digest(weights) });
}
