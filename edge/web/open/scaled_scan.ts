/** A scan that is to be segmented by another model than the one it was opened for. */

import type { ModelCard } from "../../../shared/model_card.ts";
import { state } from "../state.ts";
import { readInWorker } from "./read_in_worker.ts";
import type { Scan } from "./scan.ts";

/**
 * The scan, scaled as a model wants it. Where it was opened for one that wants another scaling, its files are read
 * again, in a worker, and the open scan is scaled so from now on.
 *
 * @throws {Error} where these cannot be read any more.
 */
export async function scaledScan(
  scan: Scan,
  { preprocessing }: Pick<ModelCard, "preprocessing">,
  signal: AbortSignal,
): Promise<Scan> {
  if (JSON.stringify(scan.preprocessing) === JSON.stringify(preprocessing)) return scan;
  const again = await readInWorker(scan.files, { preprocessing, signal, onProgress() {} });
  const scaled: Scan = { ...scan, preprocessing, scaling: again.scan!.scaling };
  if (state.scan === scan) state.scan = scaled;
  return scaled;
}
