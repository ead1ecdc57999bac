/** What a file is, by its first bytes and its name. */

/** The kinds of files that the page opens; of DICOM, a segmentation is a mask whatever its name. */
export type FileKind = "image" | "nifti" | "dicom" | "segmentation";

/** What is at these places of a file decides. */
const niftiMagic = 344, dicomMagic = 128;

/** Within so many bytes a DICOM file says what it holds. */
const headLength = 512;

/** The UID of a DICOM Segmentation. */
const segmentation = /1\.2\.840\.10008\.5\.1\.4\.1\.1\.66\.4(?![\d.])/;

/** A mask of a slice, as in the published data, or one of a whole scan, by the names that tools give them. */
const maskName = /(^|[^a-z])(mask|seg|segmentation|labels?)([^a-z]|$)/;

/**
 * The kind of a file. What is none of the others counts as an image, whose decoder says what it takes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(await kindOf(new File([], "scan.nii.gz")), "nifti");
 * assert.equal(await kindOf(new File([new Uint8Array(128), "DICM"], "IM0001")), "dicom");
 * const uid = "1.2.840.10008.5.1.4.1.1.66.4";
 * assert.equal(await kindOf(new File([new Uint8Array(128), "DICM", uid], "IM1")), "segmentation");
 * assert.equal(await kindOf(new File(["..."], "slice.png")), "image");
 * ```
 */
export async function kindOf(file: File): Promise<FileKind> {
  if (/\.nii(\.gz)?$/i.test(file.name)) return "nifti";
  const head = new Uint8Array(await file.slice(0, headLength).arrayBuffer());
  const text = (at: number, length: number) =>
    String.fromCharCode(...head.subarray(at, at + length));
  if (text(dicomMagic, 4) === "DICM" || /\.dcm$/i.test(file.name)) {
    return segmentation.test(text(0, headLength)) ? "segmentation" : "dicom";
  }
  return /^n[+i]1$/.test(text(niftiMagic, 3)) ? "nifti" : "image";
}

/**
 * Whether a file is a mask, by its name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.ok(isMask({ name: "TCGA_CS_4943_20000902_17_mask.tif" }));
 * assert.ok(isMask({ name: "BraTS19_CBICA_AAB_1_seg.nii.gz" }));
 * assert.ok(!isMask({ name: "TCGA_CS_4943_20000902_17.tif" }));
 * ```
 */
export function isMask({ name }: Pick<File, "name">): boolean {
  return maskName.test(stem(name).toLowerCase());
}

/** A file's name without its extension. */
export function stem(name: string): string {
  return name.replace(/(\.nii)?\.\w+$/i, "");
}
