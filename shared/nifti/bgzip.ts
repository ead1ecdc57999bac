/**
 * Gzip in blocks, as bgzip writes it: runtimes differ in whether their gzip reads on after the first part. Source: SAM
 * specification 1.6, section 4.1 (BGZF).
 *
 * @module
 */

import { inflate } from "../image/inflate.ts";

/** A block has at most so many bytes once it is inflated. */
const mostInflated = 2 ** 16;

/** Of a block's header and trailer. */
const leastLength = 26;

/** Whether bytes begin as a block of bgzip does: gzip with an extra field "BC" of two bytes. */
export function isBgzip(bytes: Uint8Array): boolean {
  const start = [0x1f, 0x8b, 8, 4], field = [0x42, 0x43, 2, 0];
  return bytes.length >= leastLength && start.every((byte, i) => bytes[i] === byte) &&
    field.every((byte, i) => bytes[12 + i] === byte);
}

/**
 * The first `maximum` bytes that blocks inflate to, or all of them where they are fewer. Blocks after these are not looked
 * at; each that is read is held against its checksum.
 *
 * @throws {TypeError} when a block is cut short or corrupt.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * await assert.rejects(inflateBgzip(new Uint8Array(40), 10), TypeError);
 * ```
 */
export async function inflateBgzip(bytes: Uint8Array, maximum: number): Promise<Uint8Array> {
  const inflated = new Uint8Array(maximum);
  let length = 0;
  for (let at = 0; at < bytes.length && length < maximum;) {
    const block = blockAt(bytes, at), content = await inflateBlock(block);
    inflated.set(content.subarray(0, maximum - length), length);
    length += content.length;
    at += block.length;
  }
  return inflated.subarray(0, length);
}

function blockAt(bytes: Uint8Array, at: number): Uint8Array {
  const rest = bytes.subarray(at);
  const length = isBgzip(rest) ? (rest[16] | rest[17] << 8) + 1 : 0;
  if (length >= leastLength && length <= rest.length) return rest.subarray(0, length);
  throw new TypeError(`block of bgzip at byte ${at} is cut short or none`);
}

/** Asking for one byte more than there may be makes the stream come to its checksum. */
async function inflateBlock(block: Uint8Array): Promise<Uint8Array> {
  const content = await inflate([block], mostInflated + 1, "gzip");
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  if (content.length === view.getUint32(block.length - 4, true)) return content;
  throw new TypeError("a block of bgzip is corrupt");
}
