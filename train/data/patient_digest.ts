/**
 * Tells whether a patient's pixels are still the ones that were learned from, whatever files they come in.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Mask, Volume } from "../../shared/volume.ts";

/**
 * A text that is another one when a pixel of the images or of the reference changed, or a slice was added, removed
 * or moved: SHA-256 of shape and pixels, 16 digits of it. Files' names, times and compression are not in it.
 *
 * @param volume [slices, height, width, channels].
 * @param mask [slices, height, width].
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const data = new Uint8Array(12), mask = { data: new Uint8Array(4), shape: [1, 2, 2] } as const;
 * const digest = patientDigest({ data, slices: 1, height: 2, width: 2, channels: 3 }, mask);
 * assert.match(digest, /^[0-9a-f]{16}$/);
 * data[7] = 1;
 * assert.notEqual(patientDigest({ data, slices: 1, height: 2, width: 2, channels: 3 }, mask), digest);
 * ```
 */
export function patientDigest(volume: Volume, mask: Mask): string {
  const { data, slices, height, width, channels } = volume;
  const hash = createHash("sha256").update([slices, height, width, channels].join());
  return hash.update(data as Uint8Array).update(mask.data).digest("hex").slice(0, 16);
}
