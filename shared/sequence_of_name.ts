/**
 * Which sequence a file holds, by its name: the names that people and data sets give them.
 *
 * @module
 */

import type { Sequence } from "./sequence.ts";

/** Tried in this order: "t1ce" is a "t1" as well, and "pre-contrast" a "contrast". */
const patterns: readonly (readonly [RegExp, Sequence])[] = [
  [/flair|(^|[^a-z0-9])(t2f|tirm)([^a-z0-9]|$)/, "FLAIR"],
  [/(^|[^a-z0-9])(pre|t1n|t1w?pre|native)([^a-z0-9]|$)|precontrast|nocontrast/, "pre-contrast"],
  [
    /t1(w|-|_)?(ce|c|gd|post)([^a-z]|$)|(^|[^a-z0-9])(post|gd|gad|ce|km|contrast)|postcontrast/,
    "post-contrast",
  ],
  [/t1/, "pre-contrast"],
];

/**
 * The sequence that the name of a file or of a series speaks of; undefined where it speaks of none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(sequenceOfName("BraTS-GLI-00005-000-t2f.nii.gz"), "FLAIR");
 * assert.equal(sequenceOfName("BraTS19_CBICA_AAB_1_flair.nii.gz"), "FLAIR");
 * assert.equal(sequenceOfName("BraTS19_CBICA_AAB_1_t1ce.nii.gz"), "post-contrast");
 * assert.equal(sequenceOfName("BraTS19_CBICA_AAB_1_t1.nii.gz"), "pre-contrast");
 * assert.equal(sequenceOfName("pre-contrast.nii"), "pre-contrast");
 * assert.equal(sequenceOfName("scan.nii"), undefined);
 * ```
 */
export function sequenceOfName(name: string): Sequence | undefined {
  const words = name.toLowerCase();
  return patterns.find(([pattern]) => pattern.test(words))?.[1];
}
