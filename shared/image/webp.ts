/**
 * WebP files to slices.
 *
 * The decoder is Google's libwebp compiled to WebAssembly. Its module comes in as an import of bytes, which Deno takes
 * from the installed package (with `"unstable": ["raw-imports"]`) and esbuild puts into a bundle, so nothing is
 * fetched or read from a file at run time. It is compiled when the first WebP arrives.
 *
 * @module
 */

import type { Slice } from "../volume.ts";
import { ImageFormatError } from "./image_error.ts";

type Decode = (bytes: ArrayBuffer) => Promise<ImageData>;

let decoder: Promise<Decode> | undefined;

async function loadDecoder(): Promise<Decode> {
  const [{ default: wasm }, { default: decode, init }] = await Promise.all([
    import("@jsquash/webp/codec/dec/webp_dec.wasm", { with: { type: "bytes" } }),
    import("@jsquash/webp/decode.js"),
  ]);
  await init(await WebAssembly.compile(wasm));
  return decode;
}

/**
 * A WebP as an RGB slice of 8 bits; transparency is dropped. A lossless WebP gives exactly the pixels it was
 * made from.
 *
 * @throws {ImageFormatError} when the file is cut short or corrupt.
 */
export async function decodeWebp(bytes: Uint8Array): Promise<Slice> {
  const decode = await (decoder ??= loadDecoder());
  // The decoder takes an ArrayBuffer, of which `bytes` may be a part.
  const image = await decode(bytes.slice().buffer).catch((error: unknown) => {
    throw new ImageFormatError("Cannot decode the WebP as its data must be whole and intact", {
      cause: error,
    });
  });
  const { data, width, height } = image;
  const rgb = new Uint8Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    rgb.set(data.subarray(4 * pixel, 4 * pixel + 3), 3 * pixel);
  }
  return { data: rgb, height, width, channels: 3 };
}
