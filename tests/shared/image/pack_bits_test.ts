import assert from "node:assert/strict";
import test from "node:test";
import { decodePackBits } from "../../../shared/image/pack_bits.ts";

test("decodePackBits reads the example of the TIFF specification", () => {
  const packed = [
    0xfe,
    0xaa,
    0x02,
    0x80,
    0x00,
    0x2a,
    0xfd,
    0xaa,
    0x03,
    0x80,
    0x00,
    0x2a,
    0x22,
    0xf7,
    0xaa,
  ];
  const expected = [0xaa, 0xaa, 0xaa, 0x80, 0, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x80, 0, 0x2a, 0x22]
    .concat(new Array(10).fill(0xaa));
  assert.deepEqual(Array.from(decodePackBits(new Uint8Array(packed), 100)), expected);
});

test("decodePackBits skips 128, stops at the maximum and where the data is cut short", () => {
  const decode = (maximum: number, ...bytes: number[]) =>
    Array.from(decodePackBits(new Uint8Array(bytes), maximum));
  assert.deepEqual(decode(9, 128, 0, 5), [5]);
  assert.deepEqual(decode(3, 0x81, 7), [7, 7, 7]);
  assert.deepEqual(decode(2, 3, 1, 2, 3, 4), [1, 2]);
  assert.deepEqual(decode(9, 3, 1, 2), [1, 2]);
  assert.deepEqual(decode(9, 0x81), []);
});
