/** What a patient is warned of: measured against the volumes, not the slices, of the model's card. */

import assert from "node:assert/strict";
import type { VolumeAnswer } from "../../../edge/answer.ts";
import { geometryOfSpacing } from "../../../shared/geometry.ts";
import { decodeImage } from "../../../shared/image/decode.ts";
import { encodeNifti } from "../../../shared/nifti/encode.ts";
import { stackSlices } from "../../../shared/stack_slices.ts";
import { createFakeService } from "../support/fake_service.ts";
import { readBytes, slicePath } from "../support/files.ts";
import { post } from "../support/test_app.ts";

const slices = await Promise.all(
  [16, 17, 18].map(async (number) =>
    decodeImage(await readBytes(slicePath.replace("_17.tif", `_${number}.tif`)))
  ),
);
const volume = stackSlices(slices);
const geometry = geometryOfSpacing([3, 256, 256], [5, 1, 1]);
/** All that the card says of volumes, as it is told. */
const usualOfVolumes = createFakeService().card.intensities!.volumes.flatMap((channel) =>
  Object.values(channel).map(({ mean }) => Number(mean.toFixed(2)))
);
const note = "The three channels are taken to be pre-contrast, FLAIR, post-contrast.";

for (
  const [what, change, count, warning] of [
    [
      "says nothing against a patient as those of the model's card",
      (value: number) => value,
      0,
      /^$/,
    ],
    ["warns of a patient that is black", () => 0, 3, /FLAIR is constant/],
    [
      "warns of a patient unlike those of the model's card",
      (value: number) => 255 - value,
      3,
      /FLAIR is unlike what the model was trained on/,
    ],
  ] as const
) {
  Deno.test(`POST /v1/volumes ${what}`, async () => {
    const changed = { ...volume, data: Uint8Array.from(volume.data, change) };
    const body = await encodeNifti(changed, geometry) as Uint8Array<ArrayBuffer>;
    const response = await post("/v1/volumes?output=json", { body });
    const [first, ...warnings] = (await response.json() as VolumeAnswer).warnings;
    assert.equal(first, note);
    const file = await post("/v1/volumes?output=mask", { body });
    assert.equal(file.headers.get("content-type"), "application/gzip");
    assert.deepEqual(JSON.parse(file.headers.get("x-warnings")!), [first, ...warnings]);
    assert.equal(warnings.length, count);
    assert.match(warnings.join(), warning);
    for (const [, usual] of warnings.join().matchAll(/usual is (\d\.\d\d)/g)) {
      assert.ok(usualOfVolumes.includes(Number(usual)), usual);
    }
  });
}
