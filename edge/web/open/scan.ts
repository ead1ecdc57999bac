/** What a person has opened, wherever it came from: a lone slice, or all slices of a patient. */

import type { VolumeGeometry } from "../../../shared/geometry.ts";
import type { Intensities } from "../../../shared/intensities.ts";
import type { NiftiGeometry } from "../../../shared/nifti/decode.ts";
import type { ChannelScaling, Preprocessing } from "../../../shared/scaling.ts";
import type { Mask, Volume } from "../../../shared/volume.ts";
import type { FileKind } from "./file_kind.ts";
import type { IntensityRange } from "../view/intensity_range.ts";

/** Slices as they came out of the files. */
export interface ReadScan {
  /** The patient, the folder or the file. */
  readonly name: string;
  /** What the files are. */
  readonly kind: FileKind;
  readonly volume: Volume;
  /** One for each slice, without extension; a reference mask finds its slice by it. */
  readonly sliceNames: readonly string[];
  /** Where the voxels lie, where the files tell it. */
  readonly geometry?: VolumeGeometry | NiftiGeometry;
  /** What a person should know of how the files were understood. */
  readonly notes: readonly string[];
  /** As they were opened, to be sent to the edge where that is asked for. */
  readonly files: readonly File[];
}

/** A scan, ready to be looked at and to be segmented. */
export interface Scan extends ReadScan {
  /** How the model that it was opened for wants its input. */
  readonly preprocessing: Preprocessing;
  /** What that asks for, from all slices together; one for each channel. */
  readonly scaling: readonly ChannelScaling[];
  /** What there is to see, one for each channel. */
  readonly ranges: readonly IntensityRange[];
  /** What tells whether it is like the data of a model's card, one for each channel. */
  readonly intensities: readonly Intensities[];
}

/** A mask of one slice, by the name of the slice it belongs to, or of a whole scan. */
export interface NamedMask {
  readonly name: string;
  readonly mask: Mask;
  /** Where the voxels of a whole scan's mask lie. */
  readonly geometry?: VolumeGeometry;
  /** Slices without tumor may be missing, as in a DICOM-SEG. */
  readonly sparse?: boolean;
}

/** What was in the files: a scan, reference masks, or both. */
export interface Opened {
  readonly scan?: Scan;
  readonly masks: readonly NamedMask[];
}
