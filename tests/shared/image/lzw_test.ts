import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { decodeLzw } from "../../../shared/image/lzw.ts";

/** LZW as the TIFF specification words it, with strings as keys: slow, and simple enough to be right. */
function encodeLzw(bytes: Uint8Array): Uint8Array {
  const bits: string[] = [];
  let table = new Map<string, number>(), next = 258, width = 9;
  const write = (code: number) => bits.push(code.toString(2).padStart(width, "0"));
  const codeOf = (text: string) => text.length === 1 ? text.charCodeAt(0) : table.get(text)!;
  write(256);
  let text = "";
  for (const byte of bytes) {
    const longer = text + String.fromCharCode(byte);
    if (longer.length === 1 || table.has(longer)) {
      text = longer;
      continue;
    }
    write(codeOf(text));
    table.set(longer, next++);
    if (next === 2 ** width) width++;
    if (next === 4094) {
      write(256);
      [table, next, width] = [new Map(), 258, 9];
    }
    text = longer.at(-1)!;
  }
  if (text) {
    write(codeOf(text));
    if (++next === 2 ** width) width++;
  }
  write(257);
  const padded = bits.join("") + "0000000";
  return Uint8Array.from(
    { length: padded.length >> 3 },
    (_, i) => parseInt(padded.slice(8 * i, 8 * i + 8), 2),
  );
}

test("decodeLzw gives back what was encoded, through all code widths and full tables", () => {
  const few = fc.array(fc.nat(3), { maxLength: 400 }),
    many = fc.array(fc.nat(255), { maxLength: 400 });
  fc.assert(fc.property(fc.oneof(few, many), (values) => {
    const bytes = Uint8Array.from(values);
    assert.deepEqual(decodeLzw(encodeLzw(bytes), bytes.length), bytes);
  }));
  let seed = 1;
  const long = Uint8Array.from(
    { length: 30_000 },
    () => (seed = (seed * 48271) % 2147483647) >> 8 & 255,
  );
  assert.deepEqual(decodeLzw(encodeLzw(long), long.length), long);
  const flat = new Uint8Array(1_000_000).fill(9);
  assert.deepEqual(decodeLzw(encodeLzw(flat), flat.length), flat);
});

test("decodeLzw stops at the maximum, and gives what there is where that is less", () => {
  const encoded = encodeLzw(new Uint8Array(5000).fill(7));
  assert.deepEqual(decodeLzw(encoded, 10), new Uint8Array(10).fill(7));
  assert.equal(decodeLzw(encoded, 6000).length, 5000);
  assert.equal(decodeLzw(encoded.subarray(0, 10), 6000).length < 5000, true);
  assert.equal(decodeLzw(new Uint8Array(0), 10).length, 0);
});
