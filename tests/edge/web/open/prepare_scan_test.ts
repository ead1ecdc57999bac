import assert from "node:assert/strict";
import { prepareScan } from "../../../../edge/web/open/prepare_scan.ts";
import type { ReadScan } from "../../../../edge/web/open/scan.ts";
import { intensityRanges } from "../../../../edge/web/view/intensity_range.ts";
import { measureIntensities } from "../../../../shared/intensities.ts";
import {
  foregroundPreprocessing,
  referencePreprocessing,
  volumeScaling,
} from "../../../../shared/scaling.ts";
import type { PixelData, Volume } from "../../../../shared/volume.ts";
import { readSampleVolume } from "../../../shared/golden.ts";

const volume = await readSampleVolume("TCGA_CS_4943_20000902");

function scanOf(volume: Volume): ReadScan {
  return { name: "scan", kind: "image", volume, sliceNames: [], notes: [], files: [] };
}

for (const preprocessing of [referencePreprocessing, foregroundPreprocessing]) {
  for (const type of [Uint8Array, Uint16Array, Float32Array]) {
    Deno.test(`prepareScan() scales (${preprocessing.method}), shows and judges a ${type.name} as each does alone`, () => {
      const own = { ...volume, data: type.from(volume.data) };
      const { scaling, ranges, intensities, ...scan } = prepareScan(scanOf(own), preprocessing);
      assert.deepEqual(scaling, volumeScaling(own, preprocessing));
      assert.deepEqual(ranges, intensityRanges(own));
      assert.deepEqual(intensities, measureIntensities(own));
      assert.deepEqual(scan, { ...scanOf(own), preprocessing });
    });
  }
}

/** Pixels that count how often one of them is read. */
function counted(data: PixelData) {
  let reads = 0;
  const pixels = new Proxy(data, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) reads++;
      return Reflect.get(target, key, target);
    },
  });
  return { pixels, reads: () => reads };
}

Deno.test("prepareScan() reads every value of 8 or 16 bits once", () => {
  for (const type of [Uint8Array, Uint16Array]) {
    const data = type.from(volume.data.subarray(0, 4 * 5 * 5 * 3));
    const { pixels, reads } = counted(data);
    const small = { data: pixels, slices: 4, height: 5, width: 5, channels: 3 };
    prepareScan(scanOf(small), foregroundPreprocessing);
    assert.equal(reads(), data.length, type.name);
  }
});
