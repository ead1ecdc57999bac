import assert from "node:assert/strict";
import { unzipSync } from "fflate";
import type { VolumeAnswer, VolumeEvent } from "../../../edge/answer.ts";
import { parseDicom, textOf } from "../../../shared/dicom/data_set.ts";
import { decodeDicomSeries } from "../../../shared/dicom/decode.ts";
import { segmentationClass } from "../../../shared/dicom/segmentation_attributes.ts";
import { columnsOf, lengthOf } from "../../../shared/geometry.ts";
import { decodeMask } from "../../../shared/image/decode.ts";
import type { SegmentOptions } from "../../../shared/inference/worker_pool.ts";
import { decodeNifti, decodeNiftiMask } from "../../../shared/nifti/decode.ts";
import { encodeNifti } from "../../../shared/nifti/encode.ts";
import { volumeScaling } from "../../../shared/scaling.ts";
import type { Slice, Volume } from "../../../shared/volume.ts";
import { series, seriesZip } from "../support/dicom_series.ts";
import { createFakeService } from "../support/fake_service.ts";
import { readBytes } from "../support/files.ts";
import { geometry, numbers, patient, volume, zip } from "../support/patient_scan.ts";
import { createTestApp, errorOf, post } from "../support/test_app.ts";

/** One channel of the volume. */
function channelOf({ data, channels, ...shape }: Volume, channel: number): Volume {
  return { ...shape, channels: 1, data: data.filter((_, i) => i % channels === channel) };
}

function formOf(files: readonly (readonly [field: string, file: File])[]): FormData {
  const form = new FormData();
  for (const [field, file] of files) form.append(field, file);
  return form;
}

async function eventsOf(response: Response): Promise<VolumeEvent[]> {
  assert.equal(response.headers.get("content-type"), "application/x-ndjson");
  return (await response.text()).trim().split("\n").map((line) => JSON.parse(line));
}

async function resultOf(init: Parameters<typeof post>[1], app = createTestApp()) {
  const response = await post("/v1/volumes?output=json", init, app);
  assert.equal(response.status, 200, await response.clone().text());
  return await response.json() as VolumeAnswer;
}

Deno.test("POST /v1/volumes streams the progress of a zip of slices and ends with their masks", async () => {
  const events = await eventsOf(await post("/v1/volumes?id=p1", { body: zip }));
  const [accepted, ...rest] = events, result = rest.at(-1)!;
  assert.equal(accepted.event, "accepted");
  assert.ok(accepted.event === "accepted" && result.event === "result");
  assert.deepEqual([accepted.id, accepted.format, accepted.shape], ["p1", "slices", [3, 256, 256]]);
  const done = rest.slice(0, -1).map((event) => event.event === "slice" ? event.done : NaN);
  assert.deepEqual(done, [1, 2, 3]);

  assert.deepEqual(result.model, { name: "reference", version: "1.0.0" });
  assert.equal(result.notice, "Not for clinical use.");
  assert.deepEqual(result.slices.map(({ name }) => name), numbers.map((n) => `${patient}_${n}`));
  assert.deepEqual(result.slices.map(({ areaPixels }) => areaPixels), Array(3).fill(256 * 128));
  assert.equal(result.tumorVoxels, 3 * 256 * 128);
  assert.deepEqual([result.tumorVolumeMl, result.spacing, result.largestSlice], [null, null, 0]);
  assert.equal(result.mask.name, `${patient}_mask.zip`);
  const files = unzipSync(Uint8Array.fromBase64(result.mask.base64));
  assert.deepEqual(Object.keys(files), numbers.map((number) => `${patient}_${number}_mask.png`));
  const { data } = await decodeMask(Object.values(files)[0]);
  assert.deepEqual([data[127], data[128]], [1, 0]);
});

Deno.test("POST /v1/volumes streams server-sent events to whoever takes those", async () => {
  const headers = { Accept: "text/event-stream" };
  const response = await post("/v1/volumes", { headers, body: zip });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const parts = (await response.text()).trim().split("\n\n");
  const names = parts.map((part) => /^event: (\w+)\ndata: (.*)$/.exec(part)!);
  assert.deepEqual(names.map(([, name]) => name), [
    "accepted",
    "slice",
    "slice",
    "slice",
    "result",
  ]);
  for (const [, name, data] of names) assert.equal(JSON.parse(data).event, name);
});

for (const [what, gzip] of [["NIfTI", false], ["NIfTI that is compressed", true]] as const) {
  Deno.test(`POST /v1/volumes answers a ${what} with a NIfTI in its own space, and in ml`, async () => {
    const body = await encodeNifti(volume, geometry, { gzip }) as Uint8Array<ArrayBuffer>;
    const result = await resultOf({ body });
    assert.equal(result.format, "nifti");
    assert.equal(result.mask.name, "volume_mask.nii.gz");
    const { mask, geometry: own } = await decodeNiftiMask(
      Uint8Array.fromBase64(result.mask.base64),
    );
    const sent = await decodeNifti(body);
    assert.deepEqual(own.affine, sent.geometry.affine);
    assert.deepEqual(own.space, sent.geometry.space);
    assert.equal(mask.data.reduce((sum, value) => sum + value, 0), result.tumorVoxels);
    const voxel = columnsOf(sent.geometry.affine).map(lengthOf).reduce((a, b) => a * b);
    assert.ok(Math.abs(result.tumorVolumeMl! - result.tumorVoxels * voxel / 1000) < 1e-6);
  });
}

Deno.test("POST /v1/volumes answers a zip of a DICOM series with a DICOM-SEG of it", async () => {
  const result = await resultOf({ body: seriesZip });
  const { volume, geometry } = decodeDicomSeries(series);
  assert.deepEqual(result.shape, [volume.slices, volume.height, volume.width]);
  assert.deepEqual([result.format, result.spacing], ["dicom", geometry.spacing]);
  assert.match(result.mask.name, /_mask\.dcm$/);
  const mask = parseDicom(Uint8Array.fromBase64(result.mask.base64));
  assert.equal(textOf(mask.dataSet, "SOPClassUID"), segmentationClass);
  const uid = (bytes: Uint8Array) => textOf(parseDicom(bytes).dataSet, "StudyInstanceUID");
  assert.equal(textOf(mask.dataSet, "StudyInstanceUID"), uid(series[0]));
});

Deno.test("POST /v1/volumes keeps the order of axes of the NIfTI that was sent", async () => {
  const body = await readBytes("tests/fixtures/nifti/axes_PSR.nii.gz");
  const result = await resultOf({ body });
  const { geometry } = await decodeNiftiMask(Uint8Array.fromBase64(result.mask.base64));
  const sent = await decodeNifti(body);
  assert.deepEqual(geometry.space, sent.geometry.space);
  assert.deepEqual(geometry.axes, sent.geometry.axes);
  assert.match(result.warnings.join(), /one sequence only/);
});

for (
  const [how, names] of [
    ["fields are named", [["pre-contrast", "a"], ["FLAIR", "b"], ["post-contrast", "c"]]],
    ["files are named", [["file", "x_t1"], ["file", "x_flair"], ["file", "x_t1ce"]]],
  ] as const
) {
  Deno.test(`POST /v1/volumes takes a NIfTI for each sequence whose ${how}`, async () => {
    const seen: Slice[] = [];
    const fake = createFakeService();
    const segment = (slice: Slice, options?: SegmentOptions) => {
      seen.push(slice);
      return fake.segment(slice, options);
    };
    const app = createTestApp({ service: createFakeService({ segment }) });
    const files = await Promise.all(names.map(async ([field, name], channel) => {
      const part = await encodeNifti(channelOf(volume, channel), geometry);
      return [field, new File([part as Uint8Array<ArrayBuffer>], `${name}.nii.gz`)] as const;
    }));
    const { format, warnings } = await resultOf({ body: formOf(files.toReversed()) }, app);
    assert.deepEqual([format, warnings], ["nifti", []]);
    const size = 256 * 256 * 3;
    assert.deepEqual(seen[1].data, volume.data.subarray(size, 2 * size));
  });
}

Deno.test("POST /v1/volumes leaves out what lies beside the files of a form", async () => {
  const part = await encodeNifti(channelOf(volume, 1), geometry) as Uint8Array<ArrayBuffer>;
  const files = [new File([part], "sub_FLAIR.nii.gz"), new File(["{}"], "sub_FLAIR.json")];
  const { format } = await resultOf({ body: formOf(files.map((file) => ["f", file] as const)) });
  assert.equal(format, "nifti");
});

Deno.test("POST /v1/volumes lets FLAIR stand in for a missing sequence, and says so", async () => {
  const part = await encodeNifti(channelOf(volume, 1), geometry) as Uint8Array<ArrayBuffer>;
  const files = ["flair", "t1"].map((name) => ["f", new File([part], `${name}.nii.gz`)] as const);
  const { warnings } = await resultOf({ body: formOf(files) });
  assert.deepEqual(warnings, ["There is no post-contrast: FLAIR stands in for it."]);
});

Deno.test("POST /v1/volumes scales every slice by the percentiles of the whole volume", async () => {
  const seen: unknown[] = [];
  const fake = createFakeService();
  const segment = (slice: Slice, options?: SegmentOptions) => {
    seen.push(options?.scaling);
    return fake.segment(slice, options);
  };
  const app = createTestApp({ service: createFakeService({ segment }) });
  await resultOf({ body: zip }, app);
  assert.deepEqual(seen, Array(3).fill(volumeScaling(volume)));
});

Deno.test("POST /v1/volumes answers Accept: application/octet-stream with the mask's file", async () => {
  const headers = { Accept: "application/octet-stream" };
  const response = await post("/v1/volumes", { headers, body: zip });
  assert.equal(response.headers.get("content-type"), "application/octet-stream");
  assert.match(response.headers.get("content-disposition")!, new RegExp(`${patient}_mask.zip`));
  assert.equal(response.headers.get("x-model"), "reference/1.0.0");
  assert.equal(Object.keys(unzipSync(await response.bytes())).length, 3);
});

Deno.test("POST /v1/volumes ends its events with an error where a slice fails, and lets the next in", async () => {
  let calls = 0;
  const fake = createFakeService();
  const segment = (slice: Slice) =>
    calls++ === 1 ? Promise.reject(new Error("secret")) : fake.segment(slice);
  const app = createTestApp({
    service: createFakeService({ segment }),
    limits: { maxVolumes: 1 },
  });
  const { error } = console;
  console.error = () => {};
  try {
    const last = (await eventsOf(await post("/v1/volumes", { body: zip }, app))).at(-1)!;
    assert.ok(last.event === "error");
    assert.equal(last.status, 500);
    assert.doesNotMatch(last.error, /secret/);
  } finally {
    console.error = error;
  }
  assert.equal((await resultOf({ body: zip }, app)).tumorVoxels, 3 * 256 * 128);
});

Deno.test("POST /v1/volumes refuses more volumes at once than it holds, and forgets one that is left", async () => {
  const pending: (() => void)[] = [];
  const fake = createFakeService();
  const segment = async (slice: Slice, { signal }: SegmentOptions = {}) => {
    await new Promise<void>((resolve, reject) => {
      pending.push(resolve);
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
    return fake.segment(slice);
  };
  const app = createTestApp({
    service: createFakeService({ segment }),
    limits: { maxVolumes: 1 },
  });
  const first = await post("/v1/volumes", { body: zip }, app);
  const second = await post("/v1/volumes", { body: zip }, app);
  assert.equal(second.status, 429);
  assert.match(second.headers.get("retry-after")!, /^\d+$/);
  assert.match(await errorOf(second), /at most 1 volumes/);
  await first.body!.cancel();
  // The slot is free once the work has been told.
  await new Promise((resolve) => setTimeout(resolve));
  const third = await post("/v1/volumes", { body: zip }, app);
  assert.equal(third.status, 200);
  await third.body!.cancel();
});
