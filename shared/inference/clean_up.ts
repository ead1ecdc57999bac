/**
 * What is done to an outline after the threshold, for a lone slice and for a volume alike: the one place where a
 * model card's clean-up is applied.
 *
 * @module
 */
import { largeComponents } from "../connected_component.ts";
import type { ModelCard } from "../model_card.ts";
import type { Mask } from "../volume.ts";

/**
 * The mask as the card wants it: without the connected components that are small beside the largest. Clean a
 * patient's whole mask at once, as pieces that are apart in one slice may be one in the volume.
 *
 * @param mask Shape [height, width] of a lone slice, or [slices, height, width]. An empty mask stays empty.
 * @throws {TypeError} when the mask does not fill its shape, or has another number of axes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const mask = { data: new Uint8Array([1, 0, 1, 1, 1]), shape: [1, 5] };
 * assert.deepEqual(cleanUp({ smallestComponent: 0.5 }, mask).data, new Uint8Array([0, 0, 1, 1, 1]));
 * assert.equal(cleanUp({ smallestComponent: 0 }, mask), mask);
 * ```
 */
export function cleanUp(
  { smallestComponent }: Pick<ModelCard, "smallestComponent">,
  mask: Mask,
): Mask {
  return smallestComponent > 0 ? largeComponents(mask, smallestComponent) : mask;
}
