/**
 * Why a pool of workers did not answer.
 *
 * @module
 */

/** Too many slices wait already; the same request may succeed later. */
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

/** A worker took longer than it may, and was ended. */
export class TimeLimitError extends Error {
  override readonly name = "TimeLimitError";

  /** @param milliseconds What it may take. */
  constructor(action: string, milliseconds: number) {
    super(`Cannot ${action} as it must take at most ${milliseconds / 1000} s`);
  }
}
