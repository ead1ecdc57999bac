/**
 * A way to use a model, and what is unusual in it.
 *
 * @module
 */

/** How a model's probabilities come about and what is done to the outline. */
export interface Variant {
  /** By what the slices are scaled: the patient's whole volume, or each slice on its own. */
  readonly scaling: "volume" | "slice";
  /** Whether probabilities are the mean of those of the slice and of its mirror image, left and right. */
  readonly flips: boolean;
  /** As in a model's card: how small pieces may be, as a share of the largest; 0 keeps all, 1 the largest alone. */
  readonly smallestComponent: number;
  /**
   * Whose pieces they are: those of the volume, or each slice's own, as where nothing is known of the slices around.
   * Without meaning where all are kept.
   */
  readonly pieces: "volume" | "slice";
  /** Whether FLAIR stands in for the other sequences, as in the data where they were not taken. */
  readonly flairAlone: boolean;
}

/**
 * What is unusual in a variant beside its scaling, in words; nothing for the threshold alone.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const lone = { scaling: "slice", pieces: "slice", flips: false, flairAlone: false } as const;
 * assert.deepEqual(changesOf({ ...lone, smallestComponent: 0 }), []);
 * assert.deepEqual(changesOf({ ...lone, smallestComponent: 0.5 }), [
 *   "each slice's pieces under 0.5 of its largest left out",
 * ]);
 * ```
 */
export function changesOf(variant: Variant): string[] {
  return [
    ...(variant.flips ? ["flips averaged"] : []),
    ...(variant.flairAlone ? ["FLAIR alone"] : []),
    ...(variant.smallestComponent > 0 ? [componentsKept(variant)] : []),
  ];
}

function componentsKept({ scaling, pieces, smallestComponent: share }: Variant): string {
  // Pieces are the volume's where the scaling is; only with slices scaled on their own has it to be said.
  const volumes = scaling === "slice" ? "the volume's " : "";
  const whose = pieces === "slice" ? "each slice's " : volumes;
  if (share === 1) return `${whose}largest component alone`;
  return `${whose}pieces under ${share} of ${whose ? "its" : "the"} largest left out`;
}
