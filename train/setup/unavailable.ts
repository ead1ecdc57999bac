/**
 * A machine that TensorFlow is not to be had on.
 *
 * @module
 */

/** TensorFlow is not built for this machine, or nothing here can fetch it. The other backends work without it. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
}
