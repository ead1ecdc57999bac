/**
 * Files that are nearly right: some of a real file's fields are others, its checksums and compression are made anew where
 * a decoder would otherwise look no further.
 */

import { crc32, gunzipSync, gzipSync } from "node:zlib";
import { mutateOnnx } from "./mutate_onnx.ts";
import type { Random } from "./random.ts";
import type { Kind, Seed } from "./seeds.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Mutate = (bytes: Bytes, random: Random) => Bytes;

const whole = [0, 1, 2, 3, 7, 8, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2 ** 20, 2 ** 24];
const integers = [...whole, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1];
const floats = [0, -0, 1, -1, 0.5, 1e-30, 1e30, 352, 353, 1e9, NaN, Infinity, -Infinity];

function viewOf(bytes: Bytes): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Writes a number in either byte order, where there is room. */
function write(bytes: Bytes, at: number, size: 2 | 4, value: number, little: boolean): void {
  if (at < 0 || at + size > bytes.length) return;
  if (size === 2) viewOf(bytes).setUint16(at, value, little);
  else viewOf(bytes).setUint32(at, value, little);
}

const byteMutations: readonly Mutate[] = [
  (bytes, { below }) => bytes.slice(0, below(bytes.length + 1)),
  (bytes, { below }) => {
    bytes[below(bytes.length)] ^= 1 << below(8);
    return bytes;
  },
  (bytes, { below }) => {
    // Most headers are among the first bytes.
    bytes[below(Math.min(bytes.length, 400))] = below(256);
    return bytes;
  },
  (bytes, { below, pick }) => {
    write(bytes, below(bytes.length), pick([2, 4]), pick(integers), below(2) === 0);
    return bytes;
  },
  (bytes, { below }) => {
    const at = below(bytes.length), length = below(64);
    return new Uint8Array([
      ...bytes.subarray(0, at + length),
      ...bytes.subarray(at, at + length),
      ...bytes.subarray(at + length),
    ]);
  },
  (bytes, { below }) => {
    const at = below(bytes.length);
    return new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + below(64))]);
  },
  (bytes, { below }) => bytes.fill(below(256), below(bytes.length), below(bytes.length)),
];

const mutateBytes: Mutate = (bytes, random) =>
  bytes.length === 0 ? bytes : random.pick(byteMutations)(bytes, random);

/** An entry of the first directory: its tag, type, count or value. */
const mutateTiff: Mutate = (bytes, { below, pick }) => {
  const view = viewOf(bytes), little = bytes[0] === 0x49;
  if (bytes.length < 16 || view.getUint16(2, little) !== 42) return bytes;
  const start = view.getUint32(4, little);
  if (start + 2 > bytes.length) return bytes;
  const entry = start + 2 + 12 * below(view.getUint16(start, little));
  const field = below(5);
  if (field === 0) write(bytes, entry, 2, 254 + below(90), little);
  else if (field === 1) write(bytes, entry + 2, 2, below(18), little);
  else if (field === 2) write(bytes, entry + 4, 4, pick(integers), little);
  else if (field === 3) write(bytes, entry + 8, 4, pick(integers), little);
  else write(bytes, entry + 8, 2, pick(whole), little);
  // The directory that would follow is this one.
  if (below(8) === 0) write(bytes, entry + 12, 4, start, little);
  return bytes;
};

/** A chunk: its length, its type, a byte, or a number of the header; its checksum is right again. */
const mutatePng: Mutate = (bytes, { below, pick }) => {
  const view = viewOf(bytes), starts: number[] = [];
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) starts.push(at);
  if (starts.length === 0) return bytes;
  const start = pick(starts), length = view.getUint32(start);
  if (start + 12 + length > bytes.length) return bytes;
  const field = below(4);
  if (field === 0) write(bytes, start, 4, pick(integers), false);
  else if (field === 1) bytes[start + 4 + below(4)] ^= 0x20;
  else if (field === 2) write(bytes, start + 8 + 4 * below(2), 4, pick(integers), false);
  else bytes[start + 8 + below(length)] = below(256);
  view.setUint32(start + 8 + length, crc32(bytes.subarray(start + 4, start + 8 + length)));
  return bytes;
};

const niftiShorts = [40, 42, 44, 46, 48, 50, 70, 72, 252, 254];
const niftiFloats = [76, 80, 84, 88, 108, 112, 116, 256, 260, 264, 280, 284, 300, 320];

/** A field of the header, under the compression. */
const mutateNifti: Mutate = (bytes, random) => {
  const { below, pick } = random, packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  let plain = bytes;
  try {
    if (packed) plain = new Uint8Array(gunzipSync(bytes, { maxOutputLength: 2 ** 24 }));
  } catch {
    return bytes;
  }
  if (plain.length < 348) return bytes;
  const view = viewOf(plain), little = view.getInt32(0, true) === 348;
  if (below(2)) view.setInt16(pick(niftiShorts), pick([...whole, -1, -32768]), little);
  else view.setFloat32(pick(niftiFloats), pick(floats), little);
  return packed ? new Uint8Array(gzipSync(plain)) : plain;
};

const dicomTags = [
  [0x28, 0x10],
  [0x28, 0x11],
  [0x28, 0x8],
  [0x28, 0x100],
  [0x28, 0x101],
  [0x28, 0x102],
  [0x28, 0x103],
  [0x28, 0x30],
  [0x20, 0x32],
  [0x20, 0x37],
  [0x28, 0x1052],
  [0x28, 0x1053],
  [0x18, 0x88],
  [0x7fe0, 0x10],
  [0x5200, 0x9229],
  [0x5200, 0x9230],
  [0x2, 0x10],
  [0x28, 0x4],
];

/** An attribute that matters: its tag, kind, length or value. */
const mutateDicom: Mutate = (bytes, { below, pick }) => {
  const [group, element] = pick(dicomTags);
  const tag = [group & 255, group >> 8, element & 255, element >> 8];
  const at = bytes.findIndex((_, i) => tag.every((byte, j) => bytes[i + j] === byte));
  if (at < 0) return bytes;
  const field = below(4);
  if (field === 0) write(bytes, at + 4, 2, pick([0x5153, 0x424f, 0x4e55, 0x5355, 0x5344]), true);
  else if (field === 1) write(bytes, at + 6, 2, pick(whole), true);
  else if (field === 2) write(bytes, at + 8, 4, pick(integers), true);
  else bytes.fill(pick([0x2d, 0x30, 0x39, 0x5c, 0x65, 0, 255]), at + 8, at + 9 + below(8));
  return bytes;
};

/** A field of a local header, of the directory, or of its end. */
const mutateZip: Mutate = (bytes, { below, pick }) => {
  const headers = [];
  for (let at = 0; at + 4 < bytes.length; at++) {
    if (bytes[at] === 0x50 && bytes[at + 1] === 0x4b && bytes[at + 2] < 7) headers.push(at);
  }
  const at = pick(headers) ?? 0;
  write(bytes, at + 4 + 2 * below(21), pick([2, 4]), pick(integers), true);
  return bytes;
};

const values = [
  "-1",
  "0",
  "1e308",
  "1e999",
  "null",
  "[]",
  "{}",
  "true",
  '"x"',
  "[[[[[[1]]]]]]",
  "9007199254740993",
];

/** JSON with one of its numbers, texts or names another, or nested without end; what follows it stays. */
function mutateJson(start: number, end: (bytes: Bytes) => number): Mutate {
  return (bytes, { below, pick }) => {
    const stop = end(bytes);
    if (stop <= start || stop > bytes.length) return bytes;
    const text = new TextDecoder("latin1").decode(bytes.subarray(start, stop));
    const tokens = [...text.matchAll(/-?\d+(\.\d+)?|"[^"]*"|[[\]{}:,]/g)];
    if (tokens.length === 0) return bytes;
    const { index, 0: token } = pick(tokens);
    const deep = "[".repeat(pick([5, 1000, 20_000]));
    const changed = text.slice(0, index) + pick([...values, "", token + token, deep]) +
      text.slice(index + token.length);
    const json = Uint8Array.from(changed, (letter) => letter.charCodeAt(0));
    const result = new Uint8Array([...bytes.subarray(0, start), ...json, ...bytes.subarray(stop)]);
    // The length of a safetensors' header follows it, most of the time.
    if (start === 8 && below(4)) write(result, 0, 4, json.length, true);
    return result;
  };
}

const structural: Readonly<Partial<Record<Kind, Mutate>>> = {
  tiff: mutateTiff,
  png: mutatePng,
  nifti: mutateNifti,
  dicom: mutateDicom,
  zip: mutateZip,
  tensor: mutateJson(0, (bytes) => bytes.indexOf(10)),
  safetensors: mutateJson(
    8,
    (bytes) => bytes.length < 8 ? 0 : 8 + viewOf(bytes).getUint32(0, true),
  ),
  onnx: mutateOnnx,
  npy: mutateJson(10, (bytes) => bytes.length < 10 ? 0 : 10 + viewOf(bytes).getUint16(8, true)),
};

/** A file with one to three changes. */
export function mutate({ kind, bytes }: Seed, random: Random): Bytes {
  let changed = bytes.slice();
  for (let left = 1 + random.below(3); left > 0; left--) {
    const change = random.below(3) > 0 ? structural[kind] ?? mutateBytes : mutateBytes;
    changed = change(changed, random);
  }
  return changed;
}
