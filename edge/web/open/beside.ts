/** Files that lie beside scans: the system's own, notes, tables, and the list of what a disk of DICOM holds. */

const beside =
  /(^|\/)(\.|__MACOSX\/|(Thumbs\.db|desktop\.ini|DICOMDIR)$)|\.(txt|md|csv|tsv|json|xml|html?|pdf)$/i;

/**
 * Whether nobody means a file to be segmented, by its name or its path.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.ok(["sub-01_FLAIR.json", "disk/DICOMDIR", "__MACOSX/._1.tif"].every(isBeside));
 * assert.ok(!isBeside("sub-01_FLAIR.nii.gz") && !isBeside("IM0001"));
 * ```
 */
export function isBeside(path: string): boolean {
  return beside.test(path);
}

/**
 * The files without those that lie beside scans; all of them where there are no others, so that whoever reads them says
 * what is wrong.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const slice = { name: "P_1.tif" }, note = { name: "README.txt" };
 * assert.deepEqual(withoutBeside([slice, note]), [slice]);
 * assert.deepEqual(withoutBeside([note]), [note]);
 * ```
 */
export function withoutBeside<Named extends { readonly name: string }>(
  files: readonly Named[],
): readonly Named[] {
  const meant = files.filter(({ name }) => !isBeside(name));
  return meant.length > 0 ? meant : files;
}
