/**
 * A check that the processes of a cluster still train one network.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type * as tf from "@tensorflow/tfjs";
import type { Adam } from "../fit/adam.ts";
import type { FlatWeights } from "../network/network.ts";
import type { Cluster } from "./cluster.ts";

/** All that steps change. */
export interface ChangedBySteps {
  readonly network: FlatWeights;
  readonly optimizer: Pick<Adam, "variables">;
  /** Absent where weights are not averaged. */
  readonly average?: FlatWeights;
}

/** SHA-256 of vectors, 16 digits of it. */
async function digest(vectors: readonly tf.Variable[]): Promise<string> {
  const hash = createHash("sha256");
  for (const vector of vectors) hash.update(await vector.data() as Uint8Array);
  return hash.digest("hex").slice(0, 16);
}

function vectorsOf({ parameters, statistics }: FlatWeights): tf.Variable[] {
  return [parameters, statistics];
}

/**
 * Makes sure that all processes have the same parameters, running statistics, optimizer's moments and averaged weights,
 * bit for bit. Costs one reading of them from the engine and one hash, no op and no tensor.
 *
 * @param when Part of the error, such as "after epoch 3".
 * @throws {SettingsMismatchError} naming what differs and two ranks.
 */
export async function assertSameState(
  cluster: Cluster,
  { network, optimizer, average }: ChangedBySteps,
  when: string,
): Promise<void> {
  await cluster.agree({
    [`weights ${when}`]: await digest(vectorsOf(network)),
    [`moments of the optimizer ${when}`]: await digest(optimizer.variables),
    ...(average && { [`averaged weights ${when}`]: await digest(vectorsOf(average)) }),
  });
}
