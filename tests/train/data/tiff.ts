/** Images as the published data has them: TIFF without compression, so a pixel is a byte at a known place. */

/** Little-endian, one strip; the pixels are the last bytes of the file. */
export function uncompressedTiff(
  data: Uint8Array,
  height: number,
  width: number,
  channels: 1 | 3,
): Uint8Array {
  const entries: [tag: number, type: 3 | 4, count: number, value: number][] = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, 1, 8],
    [259, 3, 1, 1],
    [262, 3, 1, channels === 3 ? 2 : 1],
    [273, 4, 1, 0],
    [277, 3, 1, channels],
    [278, 4, 1, height],
    [279, 4, 1, data.length],
  ];
  // Three values of 16 bits do not fit into the entry of the bits per sample: they stand before the pixels.
  const bitsAt = 8 + 2 + 12 * entries.length + 4, pixelsAt = bitsAt + 6;
  if (channels === 3) entries[2] = [258, 3, 3, bitsAt];
  entries[5][3] = pixelsAt;
  const bytes = new Uint8Array(pixelsAt + data.length), view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
  view.setUint16(8, entries.length, true);
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = 10 + 12 * index;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, count, true);
    view.setUint32(at + 8, value, true);
  }
  for (let sample = 0; sample < 3; sample++) view.setUint16(bitsAt + 2 * sample, 8, true);
  bytes.set(data, pixelsAt);
  return bytes;
}
