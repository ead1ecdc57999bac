import assert from "node:assert/strict";
import test from "node:test";
import { outlinePath } from "../../shared/outline_path.ts";
import { decodeMask } from "../../shared/image/decode.ts";
import type { Mask } from "../../shared/volume.ts";
import { readRepositoryFile } from "./repository.ts";

type Point = readonly [x: number, y: number];

/** The closed curves of a path of M, L and Z. */
function parsePath(path: string): Point[][] {
  return path.split("Z").slice(0, -1).map((curve) =>
    curve.slice(1).split("L").map((point) => point.split(" ").map(Number) as unknown as Point)
  );
}

/** The mask that filling curves by the even-odd rule gives, one look at each pixel's middle. */
function fill(curves: readonly Point[][], height: number, width: number): Mask {
  const data = new Uint8Array(height * width);
  for (const curve of curves) {
    curve.forEach(([x1, y1], index) => {
      const [x2, y2] = curve[(index + 1) % curve.length];
      for (let pixel = 0; pixel < data.length; pixel++) {
        const x = pixel % width + 0.5, y = Math.floor(pixel / width) + 0.5;
        if ((y1 > y) === (y2 > y)) continue;
        if (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1)) data[pixel] ^= 1;
      }
    });
  }
  return { data, shape: [height, width] };
}

/** A mask of noise that is the same in every run. */
function noise(height: number, width: number, seed: number): Mask {
  let state = seed;
  const data = Uint8Array.from({ length: height * width }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 16 & 1;
  });
  return { data, shape: [height, width] };
}

for (let seed = 1; seed <= 20; seed++) {
  test(`outlinePath() encloses exactly the mask, noise number ${seed}`, () => {
    const mask = noise(9, 7, seed);
    assert.deepEqual(fill(parsePath(outlinePath(mask)), 9, 7), mask);
  });
}

test("outlinePath() encloses exactly a real mask", async () => {
  const mask = await decodeMask(readRepositoryFile(
    "train/sample/TCGA_HT_7602_19951103/TCGA_HT_7602_19951103_9_mask.tif",
  ));
  assert.deepEqual(fill(parsePath(outlinePath(mask)), 256, 256), mask);
});

test("outlinePath() draws a ring as two curves", () => {
  const ring = { data: new Uint8Array([1, 1, 1, 1, 0, 1, 1, 1, 1]), shape: [3, 3] };
  assert.equal(parsePath(outlinePath(ring)).length, 2);
});

test("outlinePath() is empty for an empty mask", () => {
  assert.equal(outlinePath({ data: new Uint8Array(6), shape: [2, 3] }), "");
});
