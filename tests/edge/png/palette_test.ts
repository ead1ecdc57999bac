/** Pictures of few colors. */
import assert from "node:assert/strict";
import test from "node:test";
import { indexColors } from "../../../edge/png/palette.ts";

/** A picture of so many colors, each twice, in an order that mixes them. */
function picture(colors: number): Uint8Array {
  const rgb = new Uint8Array(6 * colors);
  for (let pixel = 0; pixel < 2 * colors; pixel++) {
    const color = pixel * 7919 % colors;
    rgb.set([color % 256, color >> 8, color * 31 % 256], 3 * pixel);
  }
  return rgb;
}

for (const colors of [1, 2, 251, 256]) {
  test(`indexColors() gives every pixel its color, of ${colors}`, () => {
    const rgb = picture(colors), { indices, palette } = indexColors(rgb)!;
    assert.equal(palette.length, 3 * colors);
    const back = [...indices].flatMap((index) => [...palette.subarray(3 * index, 3 * index + 3)]);
    assert.deepEqual(new Uint8Array(back), rgb);
  });
}

test("indexColors() keeps colors apart that share a place in its table", () => {
  // 40,000 grays and others: more than the table has places, so that some of any 256 collide.
  for (let first = 0; first < 40_000; first += 200) {
    const rgb = Uint8Array.from({ length: 3 * 200 }, (_, i) => {
      const color = first + Math.floor(i / 3);
      return color >> 8 * (2 - i % 3) & 255;
    });
    const { indices, palette } = indexColors(rgb)!;
    assert.deepEqual(indices, Uint8Array.from({ length: 200 }, (_, i) => i));
    assert.deepEqual(palette, rgb);
  }
});

test("indexColors() leaves a picture of 257 colors as it is", () => {
  assert.equal(indexColors(picture(257)), undefined);
});

test("indexColors() takes a picture of no pixels", () => {
  const none = new Uint8Array();
  assert.deepEqual(indexColors(none), { indices: none, palette: none });
});
