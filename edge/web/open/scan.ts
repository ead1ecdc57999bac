/** What a person has opened, wherever it came from: a lone slice, or all slices of a patient. */

import type { ChannelScaling } from "../../../shared/scaling.ts";
import type { Spacing } from "../../../shared/spacing.ts";
import type { Mask, Volume } from "../../../shared/volume.ts";
import type { IntensityRange } from "../view/intensity_range.ts";

/** A scan, ready to be looked at and to be segmented. */
export interface Scan {
  /** The patient, the folder or the file. */
  readonly name: string;
  readonly volume: Volume;
  /** One for each slice, without extension; a reference mask finds its slice by it. */
  readonly sliceNames: readonly string[];
  /** What the model's card asks for, from all slices together; one for each channel. */
  readonly scaling: readonly ChannelScaling[];
  /** What there is to see, one for each channel. */
  readonly ranges: readonly IntensityRange[];
  /** Where the file tells it. */
  readonly spacing?: Spacing;
  /** As they were opened, to be sent to the edge where that is asked for. */
  readonly files: readonly File[];
}

/** A mask of one slice, by the name of the slice it belongs to. */
export interface NamedMask {
  readonly name: string;
  readonly mask: Mask;
}

/** What was in the files: a scan, reference masks, or both. */
export interface Opened {
  readonly scan?: Scan;
  readonly masks: readonly NamedMask[];
}
