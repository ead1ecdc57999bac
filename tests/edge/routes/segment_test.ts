import assert from "node:assert/strict";
import type { SegmentAnswer } from "../../../edge/answer.ts";
import { decodeImage } from "../../../shared/image/decode.ts";
import { encodePng } from "../../../shared/image/encode_png.ts";
import { decodeRunLength } from "../../../shared/run_length.ts";
import { createFakeService } from "../support/fake_service.ts";
import { readBytes, slicePath } from "../support/files.ts";
import { createTestApp, errorOf, type Post, post } from "../support/test_app.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const tiff = await readBytes(slicePath);

for (const type of ["tiff", "png", "jpeg", "webp"]) {
  Deno.test(`POST /v1/segment takes image/${type}`, async () => {
    const extension = { tiff: "tif", jpeg: "jpg" }[type] ?? type;
    const body = await readBytes(`tests/fixtures/slice.${extension}`);
    const headers = { "Content-Type": `image/${type}` };
    const response = await post("/v1/segment", { headers, body });
    const answer = await response.json() as SegmentAnswer;
    assert.equal(response.status, 200);
    assert.deepEqual(answer.mask.shape, [256, 256]);
  });
}

Deno.test("POST /v1/segment answers JSON with the mask, its measures, the model and times", async () => {
  const response = await post("/v1/segment", { body: tiff });
  const answer = await response.json() as SegmentAnswer;
  assert.deepEqual(answer.model, { name: "reference", version: "1.0.0" });
  assert.equal(decodeRunLength(answer.mask).data.filter((value) => value).length, 256 * 128);
  assert.equal(answer.tumorAreaPixels, 256 * 128);
  assert.equal(answer.meanProbability, 0.75);
  assert.deepEqual(Object.keys(answer.timings), [
    "decode",
    "wait",
    "preprocess",
    "infer",
    "postprocess",
    "total",
  ]);
  assert.equal(answer.notice, "Not for clinical use.");
  assert.equal(response.headers.get("vary"), "Accept");
  assert.equal(response.headers.get("x-model"), "reference/1.0.0");
});

Deno.test("POST /v1/segment answers an empty mask with a null probability", async () => {
  const empty = { data: new Uint8Array(256 * 256), shape: [256, 256] };
  const probability = { data: new Float32Array(256 * 256), shape: [256, 256] };
  const timings = { preprocess: 1, infer: 2, postprocess: 3 };
  const segment = () => Promise.resolve({ mask: empty, probability, timings });
  const app = createTestApp({ service: createFakeService({ segment }) });
  const answer = await (await post("/v1/segment", { body: tiff }, app)).json() as SegmentAnswer;
  assert.equal(answer.tumorAreaPixels, 0);
  assert.equal(answer.meanProbability, null);
  assert.deepEqual(answer.mask.runs, [256 * 256]);
});

Deno.test("POST /v1/segment warns of one picture in all channels, as a screenshot of a gray one is", async () => {
  const { data, ...size } = await decodeImage(tiff);
  const gray = Uint8Array.from(data, (_, index) => data[index - index % 3 + 1]);
  const body = encodePng({ ...size, data: gray });
  const { warnings } = await (await post("/v1/segment", { body })).json() as SegmentAnswer;
  assert.match(
    warnings.join(),
    /All channels are the same picture, where pre-contrast, FLAIR, post-contrast are wanted/,
  );
});

Deno.test("POST /v1/segment warns of a slice that is black or unlike the data of the model's card, also beside a picture", async () => {
  const { data, ...size } = await decodeImage(tiff);
  for (
    const [change, count, warning] of [
      [(value: number) => value, 0, /^$/],
      [() => 0, 3, /FLAIR is constant/],
      [(value: number) => 255 - value, 3, /FLAIR is unlike what the model was trained on/],
    ] as const
  ) {
    const body = encodePng({ ...size, data: Uint8Array.from(data, change) });
    const { warnings } = await (await post("/v1/segment", { body })).json() as SegmentAnswer;
    assert.equal(warnings.length, count);
    assert.match(warnings.join(), warning);
    for (const output of ["mask", "overlay"]) {
      const picture = await post(`/v1/segment?output=${output}`, { body });
      assert.equal(picture.headers.get("content-type"), "image/png");
      assert.deepEqual(JSON.parse(picture.headers.get("x-warnings") ?? "[]"), warnings, output);
    }
  }
});

Deno.test("POST /v1/segment takes the form field image", async () => {
  const body = new FormData();
  body.append("image", new File([tiff], "slice.tif", { type: "image/tiff" }));
  const response = await post("/v1/segment", { body });
  assert.equal((await response.json() as SegmentAnswer).tumorAreaPixels, 256 * 128);
});

Deno.test("POST /v1/segment answers Accept: image/png with the mask, 0 and 255", async () => {
  const response = await post("/v1/segment", { headers: { Accept: "image/png" }, body: tiff });
  assert.equal(response.headers.get("content-type"), "image/png");
  const { data, channels } = await decodeImage(await response.bytes());
  assert.equal(channels, 1);
  assert.deepEqual([data[127], data[128]], [255, 0]);
});

for (
  const [how, path, accept] of [
    ["the profile overlay", "/v1/segment", "image/png;profile=overlay"],
    ["?output=overlay", "/v1/segment?output=overlay", "*/*"],
  ]
) {
  Deno.test(`POST /v1/segment answers ${how} with the slice and its outline in red`, async () => {
    const response = await post(path, { headers: { Accept: accept }, body: tiff });
    const { data, channels } = await decodeImage(await response.bytes());
    assert.equal(channels, 3);
    assert.deepEqual([...data.subarray(3 * 127, 3 * 128)], [255, 0, 0]);
    assert.notDeepEqual([...data.subarray(3 * 128, 3 * 129)], [255, 0, 0]);
  });
}

Deno.test("POST /v1/segment trusts the bytes where the declared type says another format", async () => {
  const headers = { "Content-Type": "image/png" };
  const response = await post("/v1/segment", { headers, body: tiff });
  assert.equal(response.status, 200);
  await response.body?.cancel();
});

const gray = encodePng({ data: new Uint8Array(64), height: 8, width: 8, channels: 1 });

for (
  const [what, status, init, message] of [
    ["a type it does not know", 415, {
      headers: { "Content-Type": "text/plain" },
      body: "hello",
    }, /TIFF, PNG, JPEG or WebP/],
    ["bytes of no declared type", 415, { body: encode("GIF89a") }, /TIFF, PNG, JPEG or WebP/],
    ["bytes that are not what they say", 400, {
      headers: { "Content-Type": "image/png" },
      body: "hello",
    }, /TIFF, PNG, JPEG or WebP/],
    ["a TIFF cut short", 400, { body: tiff.subarray(0, 5000) }, /TIFF/],
    ["an empty body", 400, { headers: { "Content-Type": "image/png" } }, /empty/],
    ["a gray slice where the model takes three channels", 400, { body: gray }, /1 channel/],
    ["an Accept that nothing matches", 406, {
      headers: { Accept: "text/html" },
      body: tiff,
    }, /application\/json.*current value is "text\/html"/],
    ["a broken form", 400, {
      headers: { "Content-Type": "multipart/form-data; boundary=x" },
      body: "no form",
    }, /form/],
    ["a form without boundary", 400, {
      headers: { "Content-Type": "multipart/form-data" },
      body: "no form",
    }, /form/],
    ["a form without image", 400, { body: new FormData() }, /field "image"/],
  ] as [string, number, Post, RegExp][]
) {
  Deno.test(`POST /v1/segment answers ${what} with ${status}`, async () => {
    const response = await post("/v1/segment", init);
    assert.equal(response.status, status);
    assert.match(await errorOf(response), message);
  });
}

Deno.test("POST /v1/segment answers a form whose image is a text with 400", async () => {
  const body = new FormData();
  body.append("image", "slice.tif");
  const response = await post("/v1/segment", { body });
  assert.equal(response.status, 400);
  assert.match(await errorOf(response), /file in its field "image"/);
});

Deno.test("POST /v1/segment answers an output it does not have with 400", async () => {
  const response = await post("/v1/segment?output=heat", { body: tiff });
  assert.equal(response.status, 400);
  assert.match(await errorOf(response), /one of json, mask, overlay: current value is "heat"/);
});

Deno.test("POST /v1/segment answers a body over the limit with 413", async () => {
  const app = createTestApp({ limits: { maxBodyBytes: 1000 } });
  const response = await post("/v1/segment", { body: tiff }, app);
  assert.equal(response.status, 413);
  assert.match(await errorOf(response), /at most 1000 bytes/);
});

Deno.test("POST /v1/segment answers more pixels than the limit with 413", async () => {
  const app = createTestApp({ limits: { maxPixels: 256 * 255 } });
  const response = await post("/v1/segment", { body: tiff }, app);
  assert.equal(response.status, 413);
  assert.match(await errorOf(response), /at most 65280 pixels: current size is 256x256/);
});

Deno.test("POST /v1/segment answers more channels than the limit with 413", async () => {
  const app = createTestApp({ limits: { maxChannels: 2 } });
  const response = await post("/v1/segment", { body: tiff }, app);
  assert.equal(response.status, 413);
  assert.match(await errorOf(response), /at most 2 channels: current value is 3/);
});

Deno.test("POST /v1/segment refuses a small file of a huge image with 413, undecoded", async () => {
  const response = await post("/v1/segment", { body: await readBytes("tests/fixtures/huge.png") });
  assert.equal(response.status, 413);
  assert.match(await errorOf(response), /at most 1048576 pixels/);
});
