/** dciodvfy of dicom3tools, which checks files against the standard, finds nothing wrong in the DICOM-SEG that we write. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeDicomSeries } from "../../../shared/dicom/decode.ts";
import { encodeDicomSegmentation } from "../../../shared/dicom/segmentation.ts";
import { expectedSeries, readSeries } from "./fixture.ts";

const hasChecker = !spawnSync("dciodvfy", ["-version"]).error;
const why = hasChecker ? "" : " (skipped: dciodvfy of dicom3tools is not installed)";

Deno.test({
  name: `encodeDicomSegmentation writes what the standard asks for${why}`,
  ignore: !hasChecker,
  fn() {
    const folder = mkdtempSync(join(tmpdir(), "gliomap-"));
    try {
      for (const name of Object.keys(expectedSeries)) {
        const { volume, geometry } = decodeDicomSeries(readSeries(name));
        const data = Uint8Array.from(volume.data, (value) => value > 20 ? 1 : 0);
        const path = join(folder, `${name}.dcm`);
        writeFileSync(path, encodeDicomSegmentation({ data, shape: geometry.shape }, geometry));
        const { stderr } = spawnSync("dciodvfy", [path], { encoding: "utf8" });
        // It says what kind of file it took it for, and, line by line, what is wrong.
        assert.equal(stderr.trim(), "Segmentation", name);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
});
