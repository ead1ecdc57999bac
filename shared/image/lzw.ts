/**
 * LZW as TIFF files have it: codes of 9 to 12 bits, highest bit first, growing one code early.
 *
 * Source: TIFF revision 6.0, section 13.
 *
 * @module
 */

import { ImageFormatError } from "./image_error.ts";

const clearCode = 256, endCode = 257, firstCode = 258, maxCodes = 4096;

/**
 * The first `maximum` bytes that LZW data stands for, or all of them where they are fewer.
 *
 * @throws {ImageFormatError} when a code appears before it has a meaning.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * // Clear, 7, the string that is being built (7, 7), end: 9 bits each.
 * const bytes = new Uint8Array([0x80, 0x01, 0xe0, 0x50, 0x10]);
 * assert.deepEqual(decodeLzw(bytes, 100), new Uint8Array([7, 7, 7]));
 * ```
 */
export function decodeLzw(bytes: Uint8Array, maximum: number): Uint8Array {
  const output = new Uint8Array(maximum);
  const strings = new StringTable();
  let length = 0, position = 0, buffer = 0, bits = 0, previous = -1;
  while (length < maximum) {
    while (bits < strings.codeBits && position < bytes.length) {
      buffer = (buffer << 8 | bytes[position++]) & 0xffffff;
      bits += 8;
    }
    if (bits < strings.codeBits) break;
    bits -= strings.codeBits;
    const code = buffer >>> bits & (1 << strings.codeBits) - 1;
    if (code === endCode) break;
    if (code === clearCode) {
      strings.clear();
      previous = -1;
      continue;
    }
    // A code may be one ahead of the table: the string that this very step adds.
    if (code > strings.next || (code >= strings.next && previous === -1)) {
      throw new ImageFormatError(
        `Cannot decode the TIFF as an LZW code must be at most ${strings.next}: current value is ${code}`,
      );
    }
    if (previous !== -1) strings.add(previous, code);
    length += strings.write(code, output, length);
    previous = code;
  }
  return output.subarray(0, Math.min(length, maximum));
}

/** The strings that codes stand for, each as a shorter string and one more byte. */
class StringTable {
  next = firstCode;
  codeBits = 9;
  readonly #prefix = new Uint16Array(maxCodes);
  readonly #first = Uint8Array.from({ length: maxCodes }, (_, code) => code);
  readonly #last = Uint8Array.from({ length: maxCodes }, (_, code) => code);
  readonly #length = new Uint16Array(maxCodes).fill(1);

  clear(): void {
    this.next = firstCode;
    this.codeBits = 9;
  }

  /** Adds the string of `previous` and the first byte of `code`'s, which may be the new string itself. */
  add(previous: number, code: number): void {
    const added = this.next;
    if (added === maxCodes) return;
    this.#prefix[added] = previous;
    this.#first[added] = this.#first[previous];
    this.#last[added] = this.#first[code];
    this.#length[added] = this.#length[previous] + 1;
    this.next++;
    if (this.next === 2 ** this.codeBits - 1 && this.codeBits < 12) this.codeBits++;
  }

  /** Writes the string of `code` as far as `output` goes, and returns the string's length. */
  write(code: number, output: Uint8Array, start: number): number {
    const length = this.#length[code];
    for (let i = start + length - 1; i >= start; i--) {
      // Writing past the end of a typed array does nothing.
      output[i] = this.#last[code];
      code = this.#prefix[code];
    }
    return length;
  }
}
