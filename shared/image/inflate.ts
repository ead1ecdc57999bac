/**
 * Inflating with an end: compressed data may claim to become a thousand times as long.
 *
 * @module
 */

/** Bytes that go in at a time are at least so many, or handing them over takes longer than inflating them. */
const smallestPiece = 2048;

/** No byte inflates to more than some thousand (RFC 1951: 258 for two bits), and a piece's all come out at once. */
const largestRatio = 1032;

/** The parts in pieces that inflate to little more than `maximum` each, handed out as they are asked for. */
function streamInPieces(
  parts: readonly Uint8Array[],
  maximum: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const length = Math.max(Math.ceil(maximum / largestRatio), smallestPiece);
  const pieces = cut(parts, length);
  return new ReadableStream({
    pull(controller) {
      const { done, value } = pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  }, { highWaterMark: 0 });
}

function* cut(parts: readonly Uint8Array[], length: number): Generator<Uint8Array<ArrayBuffer>> {
  for (const part of parts) {
    for (let start = 0; start < part.length; start += length) {
      yield new Uint8Array(part.subarray(start, start + length));
    }
  }
}

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
  const inflating = streamInPieces(parts, maximum).pipeThrough(new DecompressionStream(format));
  const reader = inflating.getReader();
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
