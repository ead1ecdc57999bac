/** What `POST /v1/volumes` does not take, and what it says. */
import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { encodeNifti } from "../../../shared/nifti/encode.ts";
import { readBytes } from "../support/files.ts";
import { geometry, slices, volume, zip } from "../support/patient_scan.ts";
import { createTestApp, errorOf, post } from "../support/test_app.ts";

const notOne = new Uint8Array([0x50, 0x4b, 3, 4, 9, 9]);
const nifti = await encodeNifti(volume, geometry) as Uint8Array<ArrayBuffer>;

for (
  const [what, status, init, limits, message] of [
    ["an empty body", 400, { body: "" }, {}, /body is empty/],
    ["a broken zip", 400, { body: notOne }, {}, /zip as it must be intact/],
    ["a zip without images", 400, { body: zipSync({ "a.txt": notOne }) }, {}, /must hold images/],
    ["bytes that are nothing", 400, { body: "hello" }, {}, /TIFF, PNG, JPEG, WebP, NIfTI or DICOM/],
    ["a NIfTI cut short", 400, { body: nifti.subarray(0, 300) }, {}, /NIfTI/],
    [
      "masks alone",
      400,
      {
        body: zipSync({ "P_1_mask.tif": slices[0] }),
      },
      {},
      /no file but masks/,
    ],
    [
      "slices of one name",
      400,
      {
        body: zipSync({ "a/1.tif": slices[0], "b/1.tif": slices[1] }),
      },
      {},
      /name of its own, as names tell the order: several are called 1\./,
    ],
    [
      "files of two kinds",
      400,
      {
        body: zipSync({ "a.tif": slices[0], "b.nii.gz": nifti }),
      },
      {},
      /image and nifti|nifti and image/,
    ],
    [
      "a form that is broken",
      400,
      {
        body: "x",
        headers: { "Content-Type": "multipart/form-data; boundary=x" },
      },
      {},
      /Cannot read the form/,
    ],
    ["too many bytes", 413, { body: zip }, { maxVolumeBytes: 1000 }, /at most 1000 bytes/],
    ["a zip of too many bytes", 413, { body: zip }, { maxInflatedBytes: 100_000 }, /once inflated/],
    ["a zip of too many files", 413, { body: zip }, { maxFiles: 3 }, /at most 3 files/],
    ["too many slices", 413, { body: zip }, { maxSlices: 2 }, /at most 2 slices/],
    ["too many pixels", 413, { body: nifti }, { maxPixels: 65_535 }, /at most 65535 pixels/],
    ["too many channels", 413, { body: nifti }, { maxChannels: 2 }, /at most 2 channels/],
    ["slices of too many channels", 413, { body: zip }, { maxChannels: 2 }, /2 channels/],
    ["too many values", 413, { body: nifti }, { maxValues: 300_000 }, /at most 300000/],
    [
      "an Accept that nothing matches",
      406,
      {
        body: zip,
        headers: { Accept: "text/html" },
      },
      {},
      /text\/event-stream/,
    ],
  ] as const
) {
  Deno.test(`POST /v1/volumes answers ${what} with ${status}`, async () => {
    const response = await post("/v1/volumes", init, createTestApp({ limits }));
    assert.equal(response.status, status, await response.clone().text());
    assert.match(await errorOf(response), message);
  });
}

Deno.test("POST /v1/volumes says which channels the model takes", async () => {
  const body = await readBytes("tests/fixtures/nifti/two_channels.nii.gz");
  const response = await post("/v1/volumes", { body });
  assert.equal(response.status, 400);
  assert.match(await errorOf(response), /one channel, or three/);
});
