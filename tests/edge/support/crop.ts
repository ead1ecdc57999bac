import type { Slice } from "../../../shared/volume.ts";

/** A slice's upper left corner. */
export function crop({ data, width, channels }: Slice, height: number, columns: number): Slice {
  const cropped = new Uint8Array(height * columns * channels);
  for (let row = 0; row < height; row++) {
    const from = row * width * channels;
    cropped.set(data.subarray(from, from + columns * channels), row * columns * channels);
  }
  return { data: cropped, height, width: columns, channels };
}
