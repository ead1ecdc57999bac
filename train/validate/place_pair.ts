/**
 * Both outlines of a patient in the same voxels.
 *
 * @module
 */
import { assertSameGeometry, type VolumeGeometry } from "../../shared/geometry.ts";
import { coveringGeometry, placeOutline } from "../../shared/place_outline.ts";
import type { Outline } from "./read_outline.ts";

/** What was drawn, and what it is held against. */
export interface Outlines {
  readonly prediction: Outline;
  readonly reference: Outline;
}

const action = "measure the outlines";

/**
 * Makes sure that the voxels of two outlines lie in the same places. To those of which slices without tumor may be
 * missing, these are added: all of the other outline, or as far as either reaches.
 *
 * @throws {RangeError} when shape, spacing, position or orientation differ: nothing is resampled.
 * @throws {TypeError} when slices are missing, and the other outline does not say where it lies.
 */
export function placePair(pair: Outlines): Outlines {
  const { prediction, reference } = pair;
  if (prediction.sparse || reference.sparse) return filled(pair);
  if (prediction.geometry && reference.geometry) {
    const names = ["reference", "prediction"] as const;
    assertSameGeometry(action, names, reference.geometry, prediction.geometry);
  }
  return pair;
}

function filled({ prediction, reference }: Outlines): Outlines {
  const [drawn, held] = [prediction.geometry, reference.geometry];
  if (!drawn || !held) {
    throw new TypeError(
      `Cannot ${action} as a DICOM-SEG can only be held against NIfTI or DICOM-SEG, which say where they lie: ` +
        `the ${drawn ? "reference" : "prediction"} does not`,
    );
  }
  const names = ["reference", "prediction"] as const;
  const volume = !reference.sparse
    ? held
    : !prediction.sparse
    ? drawn
    : coveringGeometry(held, drawn, { action, names });
  return {
    prediction: within(prediction, drawn, volume, ["reference", "prediction"]),
    reference: within(reference, held, volume, ["prediction", "reference"]),
  };
}

function within(
  outline: Outline,
  geometry: VolumeGeometry,
  volume: VolumeGeometry,
  names: readonly [string, string],
): Outline {
  if (!outline.sparse) return outline;
  const { mask, probability } = outline;
  const placed = <Data extends Uint8Array | Float32Array>(data: Data) => ({
    data: placeOutline(data, geometry, volume, { action, names }),
    shape: volume.shape,
  });
  return {
    mask: placed(mask.data),
    ...probability && { probability: placed(probability.data) },
    geometry: volume,
    sparse: false,
  };
}
