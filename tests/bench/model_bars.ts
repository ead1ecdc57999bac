/**
 * What the shipped models are held to beside each other.
 *
 * @module
 */
import type { Bar } from "./bar.ts";

/**
 * That of a model called `preview` beside one called `unet`; none where one of them was not timed.
 *
 * @param milliseconds Median time of a slice, by model.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(modelBars(new Map([["preview", 20], ["unet", 200]]))[0].value, 0.1);
 * ```
 */
export function modelBars(milliseconds: ReadonlyMap<string, number>): Bar[] {
  const preview = milliseconds.get("preview"), unet = milliseconds.get("unet");
  if (preview === undefined || unet === undefined) return [];
  return [{ what: "preview / unet, medians", value: preview / unet, limit: 0.25 }];
}
