/**
 * Which kind of image file some bytes are, by their first few.
 *
 * @module
 */

/** The image files that can be read. */
export const imageFormats = ["tiff", "png", "jpeg", "webp"] as const;

/** One of {@linkcode imageFormats}. */
export type ImageFormat = typeof imageFormats[number];

/** Each format's first bytes; null stands for any byte. */
const signatures: readonly (readonly [ImageFormat, readonly (number | null)[]])[] = [
  ["tiff", [0x49, 0x49, 42, 0]],
  ["tiff", [0x4d, 0x4d, 0, 42]],
  // BigTIFF, for files over 4 GB.
  ["tiff", [0x49, 0x49, 43, 0]],
  ["tiff", [0x4d, 0x4d, 0, 43]],
  ["png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["jpeg", [0xff, 0xd8, 0xff]],
  // "RIFF", four bytes of length, "WEBP".
  ["webp", [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50]],
];

/**
 * The format of an image file, from its signature alone: a broken file keeps its format, and a file's name or
 * declared type plays no part. Undefined for anything else, no bytes included.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(sniffFormat(new Uint8Array([0xff, 0xd8, 0xff, 0xe0])), "jpeg");
 * assert.equal(sniffFormat(new TextEncoder().encode("GIF89a")), undefined);
 * ```
 */
export function sniffFormat(bytes: Uint8Array): ImageFormat | undefined {
  const match = signatures.find(([, signature]) =>
    signature.every((byte, index) =>
      bytes.length > index && (byte ?? bytes[index]) === bytes[index]
    )
  );
  return match?.[0];
}
