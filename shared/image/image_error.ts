/**
 * What can be wrong with an image file, told apart by class.
 *
 * @module
 */

/** An image that cannot be decoded: broken, cut short, or of a kind that is not supported. */
export class ImageFormatError extends Error {
  override readonly name: string = "ImageFormatError";
}

/** Bytes that are no TIFF, PNG, JPEG or WebP at all. */
export class UnknownImageFormatError extends ImageFormatError {
  override readonly name = "UnknownImageFormatError";
}

/** An image whose file or pixels are over the limits; nothing of it has been decoded. */
export class ImageTooLargeError extends Error {
  override readonly name = "ImageTooLargeError";
}
