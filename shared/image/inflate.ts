/**
 * Inflating with an end: compressed data may claim to become a thousand times as long.
 *
 * @module
 */

/**
 * The first `maximum` bytes that zlib data inflates to, or all of them where they are fewer. Of what would come after,
 * little is inflated and nothing kept. Source: RFC 1950; of gzip, RFC 1952.
 *
 * @param format How the data is wrapped: "deflate" is zlib's way.
 * @throws {TypeError} when the data is corrupt; not every runtime throws for data that is only cut short, so count.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const zeros = new Blob([new Uint8Array(1_000_000)]).stream();
 * const compressed = await new Response(zeros.pipeThrough(new CompressionStream("deflate"))).bytes();
 * assert.equal((await inflate([compressed], 10)).length, 10);
 * ```
 */
export async function inflate(
  parts: readonly Uint8Array[],
  maximum: number,
  format: "deflate" | "gzip" = "deflate",
): Promise<Uint8Array> {
  const compressed = new Blob(parts.map((part) => new Uint8Array(part)));
  const reader = compressed.stream().pipeThrough(new DecompressionStream(format)).getReader();
  const inflated = new Uint8Array(maximum);
  let length = 0;
  while (length < maximum) {
    const { done, value } = await reader.read();
    if (done) return inflated.subarray(0, length);
    inflated.set(value.subarray(0, maximum - length), length);
    length += value.length;
  }
  // What is left may be corrupt, which is of no interest any more.
  await reader.cancel().catch(() => {});
  return inflated;
}
