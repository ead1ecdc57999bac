import assert from "node:assert/strict";
import test from "node:test";
import { sniffFormat } from "../../../shared/image/format.ts";
import { readFixture } from "../repository.ts";

test("sniffFormat knows every format by its first bytes", () => {
  const names = {
    tiff: ["slice.tif", "crop_big_endian.tif", "crop_bigtiff.tif", "crop_bigtiff_big_endian.tif"],
    png: ["slice.png"],
    jpeg: ["slice.jpg"],
    webp: ["slice.webp", "crop_lossy.webp"],
  };
  for (const [format, files] of Object.entries(names)) {
    for (const name of files) {
      assert.equal(sniffFormat(readFixture(name)), format);
      assert.equal(sniffFormat(readFixture(name).subarray(0, 12)), format);
    }
  }
});

test("sniffFormat knows nothing else, nor a signature cut short", () => {
  const text = (value: string) => sniffFormat(new TextEncoder().encode(value));
  assert.equal(text(""), undefined);
  assert.equal(text("GIF89a"), undefined);
  assert.equal(text("<svg xmlns='http://www.w3.org/2000/svg'/>"), undefined);
  assert.equal(text("RIFF....WAVE"), undefined);
  assert.equal(text("II"), undefined);
  assert.equal(sniffFormat(readFixture("slice.png").subarray(0, 7)), undefined);
});
