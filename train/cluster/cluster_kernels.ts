/**
 * A network's operations where it learns from one process's share of a batch.
 *
 * @module
 */
import type { Kernels } from "../engine/kernels/kernels.ts";
import type { Collective } from "./collective.ts";
import { allowingEmpty } from "./empty_share.ts";
import { synchronised } from "./synchronised_batch_norm.ts";

/**
 * The kernels of the `tensorflow` backend for shares of a batch, empty ones included.
 *
 * @param synchronise Whether batches are normalised by the statistics of the whole batch, as one process would, or
 * each share by its own.
 */
export function clusterKernels(
  kernels: Kernels,
  collective: Collective,
  synchronise: boolean,
): Kernels {
  const forShares = allowingEmpty(kernels);
  return synchronise ? synchronised(forShares, collective) : forShares;
}
