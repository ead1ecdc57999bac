/**
 * Why a pool of workers did not answer.
 *
 * @module
 */

/**
 * Too many slices wait already; the same request may succeed later.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const { message, retryAfter } = new QueueFullError("at most 8 slices may wait", 3);
 * assert.equal(message, "Cannot take the request as at most 8 slices may wait: try again in 3 s");
 * assert.equal(retryAfter, 3);
 * ```
 */
export class QueueFullError extends Error {
  override readonly name = "QueueFullError";

  /**
   * @param rule What is full, as in "at most 8 slices may wait".
   * @param retryAfter Seconds after which a place should be free, at least 1.
   */
  constructor(rule: string, readonly retryAfter: number) {
    super(`Cannot take the request as ${rule}: try again in ${retryAfter} s`);
  }
}

/**
 * A worker took longer than it may, and was ended.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const { message } = new TimeLimitError("segment the slice", 1500);
 * assert.equal(message, "Cannot segment the slice as it must take at most 1.5 s");
 * ```
 */
export class TimeLimitError extends Error {
  override readonly name = "TimeLimitError";

  /** @param milliseconds What it may take. */
  constructor(action: string, milliseconds: number) {
    super(`Cannot ${action} as it must take at most ${milliseconds / 1000} s`);
  }
}
