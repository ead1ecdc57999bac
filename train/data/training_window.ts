/**
 * How much of a slice is learned from at a time, whatever the sizes of the slices.
 *
 * @module
 */
import { fittingLength } from "../../shared/inference/network_input.ts";
import { sizeMultiple, type UNetArchitecture } from "../network/unet_architecture.ts";
import type { ImageSize } from "./movement.ts";
import type { PreparedPatient } from "./prepared_patient.ts";

/** What decides the window, of a run's settings. */
export interface WindowSettings {
  /** Side in pixels, before downsampling; 0: the whole slice. */
  readonly crop: number;
  readonly downsampling: number;
}

/**
 * The window that every slice is learned from through: the crop, but no larger than the largest slice filled up to
 * what the network can halve, as inference fills it up; steps on more than that would be steps on black.
 *
 * @param patients At least one; their slices may differ in size.
 * @throws {RangeError} when the network cannot halve the crop, naming the sizes around it that fit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { referenceArchitecture } from "../network/unet_architecture.ts";
 * const volume = { data: new Uint8Array(240 * 155), slices: 1, height: 240, width: 155, channels: 1 };
 * const patient = { volume };
 * const window = (crop: number) =>
 *   trainingWindow({ crop, downsampling: 2 }, referenceArchitecture, [patient]);
 * assert.deepEqual(window(0), { height: 240, width: 160 });
 * assert.deepEqual(window(192), { height: 192, width: 160 });
 * assert.throws(() => window(200), /--crop must be a multiple of 16 .*192 or 208/);
 * ```
 */
export function trainingWindow(
  { crop, downsampling }: WindowSettings,
  architecture: UNetArchitecture,
  patients: readonly Pick<PreparedPatient, "volume">[],
): ImageSize {
  const multiple = sizeMultiple(architecture) * downsampling;
  if (crop % multiple) {
    const above = fittingLength(crop, multiple), below = above - multiple;
    throw new RangeError(
      `Cannot train a U-Net of depth ${architecture.depth} at --downsampling ${downsampling} as --crop must be a ` +
        `multiple of ${multiple} (${
          below ? `${below} or ` : ""
        }${above} would fit; 0: whole slices): ` +
        `current value is ${crop}`,
    );
  }
  const side = (lengths: number[]) => {
    const whole = fittingLength(Math.max(...lengths), multiple);
    return crop ? Math.min(crop, whole) : whole;
  };
  return {
    height: side(patients.map(({ volume }) => volume.height)),
    width: side(patients.map(({ volume }) => volume.width)),
  };
}
