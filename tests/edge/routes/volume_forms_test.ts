/** The mask's file is of the type that `Accept` takes, or is refused by name before the work. */

import assert from "node:assert/strict";
import { createDecoders } from "../../../edge/decoding/decoders.ts";
import { startInlineThread } from "../../../edge/decoding/inline_thread.ts";
import { defaultLimits } from "../../../edge/limits.ts";
import { createFakeService } from "../support/fake_service.ts";
import { seriesZip } from "../support/dicom_series.ts";
import { readBytes } from "../support/files.ts";
import { zip } from "../support/patient_scan.ts";
import { createTestApp, errorOf, post } from "../support/test_app.ts";

const anyFile = "application/octet-stream";
const nifti = await readBytes("tests/fixtures/nifti/axes_PSR.nii.gz");
const kinds = [
  ["a NIfTI", nifti, "application/gzip"],
  ["DICOM", seriesZip, "application/dicom"],
  ["slices", zip, "application/zip"],
] as const;

async function typeOf(path: string, Accept: string, body: BodyInit): Promise<string | null> {
  const response = await post(path, { headers: { Accept }, body });
  assert.equal(response.status, 200);
  await response.body!.cancel();
  return response.headers.get("content-type");
}

for (const [what, body, type] of kinds) {
  const others = kinds.map(([, , type]) => type).filter((other) => other !== type);

  Deno.test(`POST /v1/volumes answers ${what} with a mask's file as ${type}, or as any bytes`, async () => {
    for (
      const [path, accept, expected] of [
        ["/v1/volumes", type, type],
        ["/v1/volumes", `${anyFile}, ${type}`, type],
        ["/v1/volumes", anyFile, anyFile],
        ["/v1/volumes", `${anyFile}, ${type};q=0.9`, anyFile],
        ["/v1/volumes?output=mask", "*/*", type],
        ["/v1/volumes?output=mask", "application/*", type],
        ["/v1/volumes", others.join(", ") + ", application/json;q=0.1", "application/json"],
      ]
    ) {
      assert.equal(await typeOf(path, accept, body), expected, `${path} ${accept}`);
    }
  });

  for (const other of others) {
    Deno.test(`POST /v1/volumes refuses ${what} to who takes ${other} alone, unsegmented`, async () => {
      const segment = () => assert.fail("nothing is left to be done");
      const service = createFakeService({ segment });
      let threads = 0;
      const start = () => {
        threads++;
        return { ...startInlineThread(), end: () => void threads-- };
      };
      const decoders = createDecoders({ start, limits: defaultLimits });
      // The place is free again after each, and the patient's thread is gone.
      const app = createTestApp({ service, decoders, limits: { maxVolumes: 1 } });
      for (const path of ["/v1/volumes", "/v1/volumes?output=mask"]) {
        const response = await post(path, { headers: { Accept: other }, body }, app);
        assert.equal(response.status, 406);
        const error = await errorOf(response);
        assert.ok(error.startsWith(`Cannot answer ${what} as Accept must take `), error);
        assert.ok(error.includes(` ${type} or ${anyFile}: current value is "${other}"`), error);
        assert.equal(threads, 0);
      }
    });
  }
}

Deno.test("POST /v1/volumes lets nobody between keep its events", async () => {
  const response = await post("/v1/volumes", { body: zip });
  assert.equal(response.headers.get("cache-control"), "no-store");
  await response.body!.cancel();
});
