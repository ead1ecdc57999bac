/** Reads event files back, apart from the code that writes them: checksums bit by bit, protobuf field by field. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** CRC-32C by its definition (RFC 3720): the polynomial 0x1edc6f41, bits in reverse. */
function crc32c(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

/** The data of each record; fails where a checksum or a length is wrong. */
export function readRecords(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset), records: Uint8Array[] = [];
  let start = 0;
  while (start < bytes.length) {
    const length = Number(view.getBigUint64(start, true)), data = start + 12;
    assert.equal(unmask(view.getUint32(start + 8, true)), crc32c(bytes.subarray(start, start + 8)));
    const record = bytes.subarray(data, data + length);
    assert.equal(record.length, length);
    assert.equal(unmask(view.getUint32(data + length, true)), crc32c(record));
    records.push(record);
    start = data + length + 4;
  }
  return records;
}

type Field = number | Uint8Array;

/** The fields of a protobuf message by number, in their order. */
function fields(message: Uint8Array): [number: number, value: Field][] {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const found: [number, Field][] = [];
  let at = 0;
  const varint = () => {
    let value = 0, factor = 1, byte;
    do {
      byte = message[at++];
      value += (byte & 127) * factor;
      factor *= 128;
    } while (byte & 128);
    return value;
  };
  while (at < message.length) {
    const key = varint(), wire = key & 7;
    if (wire === 0) found.push([key >> 3, varint()]);
    else if (wire === 1) found.push([key >> 3, view.getFloat64(at, true)]), at += 8;
    else if (wire === 5) found.push([key >> 3, view.getFloat32(at, true)]), at += 4;
    else {
      const length = varint();
      found.push([key >> 3, message.subarray(at, at += length)]);
    }
  }
  return found;
}

/** An event as it stands in the file. */
export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly version?: string;
  /** The run goes on from here. */
  readonly start: boolean;
  readonly scalars: Readonly<Record<string, number>>;
}

function readEvent(record: Uint8Array): ReadEvent {
  const event = new Map(fields(record)), text = new TextDecoder();
  const version = event.get(3) as Uint8Array | undefined;
  const scalars = fields(event.get(5) as Uint8Array ?? new Uint8Array()).map(([, value]) => {
    const entry = new Map(fields(value as Uint8Array));
    return [text.decode(entry.get(1) as Uint8Array), entry.get(2) ?? 0];
  });
  return {
    wallTime: event.get(1) as number,
    step: event.get(2) as number ?? 0,
    version: version && text.decode(version),
    start: new Map(fields(event.get(7) as Uint8Array ?? new Uint8Array())).get(1) === 1,
    scalars: Object.fromEntries(scalars),
  };
}

/** The events of each file of a folder, in the order in which TensorBoard reads them. */
export async function readEventFiles(folder: string): Promise<ReadEvent[][]> {
  const names = (await readdir(folder)).sort();
  return await Promise.all(names.map(async (name) => {
    assert.match(name, /^events\.out\.tfevents\.\d{10}\./);
    return readRecords(await readFile(join(folder, name))).map(readEvent);
  }));
}

/** A figure over all files, as TensorBoard shows it: what a start makes void is left out. */
export function curveOf(
  files: readonly ReadEvent[][],
  tag: string,
): [step: number, value: number][] {
  let curve: [number, number][] = [];
  for (const { step, start, scalars } of files.flat()) {
    if (start) curve = curve.filter(([before]) => before < step);
    if (tag in scalars) curve.push([step, scalars[tag]]);
  }
  return curve;
}
