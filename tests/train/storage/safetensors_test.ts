/** Safetensors files: what PyTorch's world wrote is read, and what is damaged is refused by name. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import {
  readSafetensors,
  type SafeTensor,
  SafetensorsError,
  writeSafetensors,
} from "../../../train/storage/safetensors.ts";

const seed = await readFile(new URL("../../golden/seed_unet.safetensors", import.meta.url));

function file(header: unknown, data = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

Deno.test("readSafetensors reads a file written by the reference implementation", () => {
  const { tensors, metadata } = readSafetensors(seed);
  assert.equal(metadata.depth, "4");
  assert.deepEqual(tensors.get("layers.0.conv1.weight")!.shape, [32, 3, 3, 3]);
  assert.equal(tensors.get("layers.13.weight")!.data.length, 32);
  const counter = tensors.get("layers.0.bn1.num_batches_tracked")!;
  assert.equal(counter.dtype, "I64");
  assert.deepEqual(counter.shape, []);
  assert.equal(typeof counter.data[0], "bigint");
});

Deno.test("writeSafetensors keeps every tensor of a real file, aligned", () => {
  const { tensors, metadata } = readSafetensors(seed);
  const written = writeSafetensors(tensors, metadata);
  assert.deepEqual(readSafetensors(written), { tensors, metadata });
  const length = Number(new DataView(written.buffer).getBigUint64(0, true));
  assert.equal(length % 8, 0);
});

Deno.test("writeSafetensors keeps values of every data type", () => {
  const tensors = new Map<string, SafeTensor>([
    ["f64", { dtype: "F64", shape: [2], data: new Float64Array([Math.PI, -0]) }],
    ["f32", { dtype: "F32", shape: [1, 2], data: new Float32Array([NaN, -Infinity]) }],
    ["f16", { dtype: "F16", shape: [1], data: new Uint16Array([0x3c00]) }],
    ["bf16", { dtype: "BF16", shape: [1], data: new Uint16Array([0x3f80]) }],
    ["i64", { dtype: "I64", shape: [], data: new BigInt64Array([-(2n ** 63n)]) }],
    ["i32", { dtype: "I32", shape: [1], data: new Int32Array([-(2 ** 31)]) }],
    ["i16", { dtype: "I16", shape: [1], data: new Int16Array([-32768]) }],
    ["i8", { dtype: "I8", shape: [3], data: new Int8Array([-128, 0, 127]) }],
    ["u64", { dtype: "U64", shape: [1], data: new BigUint64Array([2n ** 64n - 1n]) }],
    ["u32", { dtype: "U32", shape: [1], data: new Uint32Array([2 ** 32 - 1]) }],
    ["u16", { dtype: "U16", shape: [1], data: new Uint16Array([65535]) }],
    ["u8", { dtype: "U8", shape: [0, 3], data: new Uint8Array(0) }],
    ["bool", { dtype: "BOOL", shape: [2], data: new Uint8Array([0, 1]) }],
  ]);
  assert.deepEqual(readSafetensors(writeSafetensors(tensors)).tensors, tensors);
});

Deno.test("writeSafetensors refuses data that does not fill its shape", () => {
  const short = { dtype: "F32", shape: [2, 2], data: new Float32Array(3) } as const;
  assert.throws(
    () => writeSafetensors(new Map([["w", short]])),
    /tensor w as shape \[2,2\] must hold 4 elements: current value is 3/,
  );
});

const f32 = (begin: number, end: number, length = (end - begin) / 4) => ({
  dtype: "F32",
  shape: [length],
  data_offsets: [begin, end],
});

const damaged: [name: string, bytes: Uint8Array, message: RegExp][] = [
  ["an empty file", new Uint8Array(0), /at least 8 bytes: it has 0/],
  ["a header longer than the file", seed.subarray(0, 100), /header must fit .* 100 bytes/],
  ["a header length of 2^63", file("{}").fill(0x80, 7, 8), /its length is said to be 922337/],
  ["a header that is not JSON", file("{]"), /header must be JSON/],
  ["a header that is a list", file([]), /must be a JSON object/],
  ["metadata that are no text", file({ __metadata__: { epoch: 3 } }), /epoch is 3/],
  ["an unknown data type", file({ w: { ...f32(0, 4), dtype: "F8" } }), /tensor w .* "F8"/],
  ["no data type", file({ w: {} }), /tensor w .* data type/],
  ["a negative shape", file({ w: { ...f32(0, 4), shape: [-1] } }), /tensor w .* shape .*\[-1\]/],
  ["one offset", file({ w: { ...f32(0, 4), data_offsets: [0] } }), /tensor w .* two whole numbers/],
  ["a shape of another size", file({ w: f32(0, 8, 1) }, new Uint8Array(8)), /must take 4 bytes/],
  ["an overlap", file({ a: f32(0, 8), b: f32(4, 12) }, new Uint8Array(12)), /tensor b .* overlaps/],
  ["a gap", file({ a: f32(0, 4), b: f32(8, 12) }, new Uint8Array(12)), /tensor b .* gap/],
  ["data cut short", seed.subarray(0, seed.length - 1), /must end with the file/],
  ["bytes after the end", file({ a: f32(0, 4) }, new Uint8Array(5)), /4 bytes, and 5 bytes follow/],
];

for (const [name, bytes, message] of damaged) {
  Deno.test(`readSafetensors refuses ${name}`, () => {
    assert.throws(
      () => readSafetensors(bytes),
      (error) => error instanceof SafetensorsError && message.test(error.message),
    );
  });
}

Deno.test("readSafetensors throws nothing but SafetensorsError whatever the header's bytes", () => {
  const header = Number(new DataView(seed.buffer, seed.byteOffset).getBigUint64(0, true));
  fc.assert(fc.property(
    fc.integer({ min: 0, max: 7 + header }),
    fc.integer({ min: 0, max: 255 }),
    (place, value) => {
      const bytes = Uint8Array.from(seed);
      bytes[place] = value;
      try {
        readSafetensors(bytes);
      } catch (error) {
        assert.ok(error instanceof SafetensorsError, String(error));
      }
    },
  ));
});
