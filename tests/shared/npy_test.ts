/** Files written by numpy (tests/fixtures/npy/make_with_numpy.py). */
import assert from "node:assert/strict";
import test from "node:test";
import { decodeNpy, encodeNpy } from "../../shared/npy.ts";
import { listRepositoryFolder, readFixture } from "./repository.ts";

const counting = Array.from({ length: 24 }, (_, i) => i);
const unlike = ["bool", "scalar", "empty", "complex", "record"].map((name) => `${name}.npy`);
const names = listRepositoryFolder("tests/fixtures/npy")
  .filter((name) => name.endsWith(".npy") && !unlike.includes(name));

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** A version 1.0 file with any header and data. */
function npy(header: string, data: number[] = []): Uint8Array {
  const bytes = new Uint8Array([...text(encodeNpy({ data: new Uint8Array(), shape: [0] }))].map(
    (letter) => letter.charCodeAt(0),
  ));
  bytes.fill(32, 10);
  bytes.set(new TextEncoder().encode(header), 10);
  return new Uint8Array([...bytes, ...data]);
}

for (const name of names) {
  test(`decodeNpy reads numpy's ${name}`, () => {
    const { data, shape } = decodeNpy(readFixture(`npy/${name}`));
    assert.deepEqual(Array.from(data), counting);
    assert.deepEqual(shape, [2, 3, 4]);
  });
}

test("decodeNpy reads bools, a scalar and an empty array", () => {
  assert.deepEqual(
    decodeNpy(readFixture("npy/bool.npy")).data,
    Uint8Array.from(counting, (i) => i % 2),
  );
  const scalar = { data: new Float32Array([7]), shape: [] };
  assert.deepEqual(decodeNpy(readFixture("npy/scalar.npy")), scalar);
  const empty = { data: new Uint16Array(), shape: [0, 5] };
  assert.deepEqual(decodeNpy(readFixture("npy/empty.npy")), empty);
});

test("encodeNpy writes what numpy would, byte by byte", () => {
  const cases = [
    ["u1", new Uint8Array(counting)],
    ["i1", new Int8Array(counting)],
    ["little_u2", new Uint16Array(counting)],
    ["little_i2", new Int16Array(counting)],
    ["little_u4", new Uint32Array(counting)],
    ["little_f4", new Float32Array(counting)],
    ["little_f8", new Float64Array(counting)],
  ] as const;
  for (const [name, data] of cases) {
    const written = encodeNpy({ data, shape: [2, 3, 4] });
    assert.equal(text(written), text(readFixture(`npy/${name}.npy`)), name);
  }
});

test("decodeNpy refuses what is no plain array, or is cut short", () => {
  const whole = readFixture("npy/little_f4.npy");
  const cases: [bytes: Uint8Array, message: RegExp][] = [
    [new Uint8Array(0), /must begin with/],
    [whole.subarray(0, 11), /must begin with/],
    [whole.subarray(0, 60), /header must lie in the file/],
    [whole.subarray(0, -1), /must have 224 bytes, as its header says: current value is 223/],
    [readFixture("npy/complex.npy"), /whole numbers, floats or bools: current value is .*<c8/],
    [readFixture("npy/record.npy"), /whole numbers, floats or bools/],
    [npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", [1]), /\|O/],
    [npy("{'descr': '|u1', 'fortran_order': False}"), /must give a shape/],
    [npy("{'descr': 'constructor', 'shape': (1,)}"), /whole numbers, floats or bools/],
  ];
  for (const [bytes, message] of cases) {
    assert.throws(() => decodeNpy(bytes), { name: "ImageFormatError", message });
  }
});

test("decodeNpy quotes no more of a header than can be read", () => {
  const long = { data: new Uint8Array(), shape: Array(2000).fill(0) };
  const bytes = encodeNpy(long);
  const filled = bytes.slice().fill(0x11, 18);
  const wide = encodeNpy({ ...long, shape: [0, ...Array(2000).fill(99)] });
  wide[wide.indexOf(0x30, 60)] = 0x39;
  for (const broken of [filled, wide]) {
    assert.throws(() => decodeNpy(broken), ({ message }: Error) => {
      return message.length < 200 && message.includes("…") && /^[ -~…]+$/.test(message);
    });
  }
});

test("decodeNpy refuses an array over the limit before it looks for its data", () => {
  const huge = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999, 99999999), }");
  const message = /at most 134217728 numbers: current value is 99999999x99999999/;
  assert.throws(() => decodeNpy(huge), { name: "ImageTooLargeError", message });
  const endless = npy(`{'descr': '<f8', 'shape': (${"9".repeat(60)}, ${"9".repeat(8)})}`);
  assert.throws(() => decodeNpy(endless), { name: "ImageTooLargeError" });
});
