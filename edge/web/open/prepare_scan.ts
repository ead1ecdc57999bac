/** What a model and a person need of a scan that was read. */

import { channelIntensities } from "../../../shared/intensities.ts";
import { orderChannels } from "../../../shared/percentile.ts";
import { channelScaling, type Preprocessing } from "../../../shared/scaling.ts";
import { intensityRange } from "../view/intensity_range.ts";
import type { ReadScan, Scan } from "./scan.ts";

/**
 * A scan with how it is to be scaled, shown and judged. All three ask for percentiles, so that the values are put in
 * order once.
 *
 * @throws {RangeError} when the preprocessing's ranks are not 0 <= low < high <= 100.
 */
export function prepareScan(scan: ReadScan, preprocessing: Preprocessing): Scan {
  const channels = orderChannels(scan.volume);
  return {
    ...scan,
    preprocessing,
    scaling: channels.map((values) => channelScaling(values, preprocessing)),
    ranges: channels.map(intensityRange),
    intensities: channels.map(channelIntensities),
  };
}
