/** A model as a person chooses it. */

import type { OfferedModel } from "../../offered_model.ts";

/**
 * Name, how good it is known to be (patients differ far more than a third digit would tell), and what there is to
 * download.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const model = { name: "unet", meanVolumeDice: 0.822, bytes: 2086290 };
 * assert.equal(nameModel(model), "unet: Dice 0.82, 2.1 MB");
 * ```
 */
export function nameModel({ name, meanVolumeDice, bytes }: OfferedModel): string {
  const measured = meanVolumeDice === undefined
    ? "Dice not measured"
    : `Dice ${meanVolumeDice.toFixed(2)}`;
  return `${name}: ${measured}, ${(bytes / 1e6).toFixed(1)} MB`;
}
