import assert from "node:assert/strict";
import test from "node:test";
import { deflateSync } from "node:zlib";
import { inflate } from "../../../shared/image/inflate.ts";

const original = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) >> 8);
const compressed = new Uint8Array(deflateSync(original));

test("inflate gives back what was deflated, in one part or in several", async () => {
  assert.deepEqual(await inflate([compressed], original.length), original);
  const parts = [compressed.subarray(0, 1), compressed.subarray(1, 500), compressed.subarray(500)];
  assert.deepEqual(await inflate(parts, original.length), original);
});

test("inflate gives all there is where that is less than the maximum", async () => {
  assert.deepEqual(await inflate([compressed], original.length + 1), original);
});

test("inflate stops at the maximum", async () => {
  assert.deepEqual(await inflate([compressed], 100), original.subarray(0, 100));
  assert.deepEqual(await inflate([compressed], 0), new Uint8Array(0));
});

test("inflate gives no more than data that is cut short holds", async () => {
  // Some runtimes refuse such data, others leave it to the caller to count.
  const inflated = await inflate([compressed.subarray(0, -9)], original.length).catch(() => []);
  assert.ok(inflated.length < original.length);
});

test("inflate refuses data that is corrupt, or not zlib data at all", async () => {
  const broken = compressed.slice();
  broken[broken.length - 1] ^= 1;
  await assert.rejects(inflate([broken], original.length + 1));
  await assert.rejects(inflate([original], original.length));
});

test("inflate lets little more than the maximum come out at once", async () => {
  const bomb = new Uint8Array(deflateSync(new Uint8Array(50_000_000)));
  const Native = globalThis.DecompressionStream;
  let largest = 0;
  globalThis.DecompressionStream = class extends Native {
    override get readable() {
      return super.readable.pipeThrough(
        new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
          transform(piece, controller) {
            largest = Math.max(largest, piece.length);
            controller.enqueue(piece);
          },
        }),
      );
    }
  };
  try {
    for (const maximum of [1000, 20_000_000]) {
      largest = 0;
      await inflate([bomb], maximum);
      assert.ok(largest > 0 && largest < maximum + 2_200_000, `${largest} of ${maximum}`);
    }
  } finally {
    globalThis.DecompressionStream = Native;
  }
});
